package org.elasticsearch.node;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.plugins.MockPluginsService;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.plugins.PluginsLoader;
import org.elasticsearch.plugins.PluginsService;
import org.elasticsearch.transport.netty4.Netty4Plugin;

/**
 * One real Elasticsearch node in a process of its own, so that it can be killed alone. It stands in the package of nodes,
 * since only there a node can be told which modules it has.
 *
 * Arguments: its directory, its name, then settings as name=value. Ends when its standard input does: no node outlives
 * its test.
 */
public final class OneElasticsearchNode extends Node {
    private static final List<Class<? extends Plugin>> MODULES = List.of(Netty4Plugin.class, DeleteByQueryStandIn.class);

    private OneElasticsearchNode(Environment environment) {
        super(NodeConstruction.prepareConstruction(environment, null, new OwnModules(), true));
    }

    private static final class OwnModules extends NodeServiceProvider {
        @Override
        PluginsService newPluginService(Environment environment, PluginsLoader loader) {
            return new MockPluginsService(environment.settings(), environment, MODULES);
        }
    }

    public static void main(String[] given) throws Exception {
        LogConfigurator.configureESLogging();
        Settings.Builder settings = Settings.builder()
            .put("path.home", given[0])
            .put("node.name", given[1]);
        for (String setting : Arrays.asList(given).subList(2, given.length)) {
            int at = setting.indexOf('=');
            settings.put(setting.substring(0, at), setting.substring(at + 1));
        }
        Path configuration = Path.of(given[0], "config");
        Node node = new OneElasticsearchNode(
            InternalSettingsPreparer.prepareEnvironment(settings.build(), Map.of(), configuration, () -> given[1]));
        node.start();
        while (System.in.read() >= 0) { }
        node.close();
        System.exit(0);
    }
}
