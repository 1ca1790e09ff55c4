import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.codelibs.opensearch.runner.node.OpenSearchRunnerNode;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;

/**
 * One real OpenSearch node in a process of its own, so that it can be killed alone.
 *
 * Arguments: its directory, its name, then settings as name=value. Ends when its standard input does: no node outlives
 * its test.
 */
public final class OneNode {
    private static final List<String> MODULES = List.of(
        "org.opensearch.transport.Netty4ModulePlugin",
        "org.opensearch.analysis.common.CommonAnalysisModulePlugin",
        "org.opensearch.painless.PainlessModulePlugin",
        "org.opensearch.index.reindex.ReindexModulePlugin");
    private static final String VECTORS = "org.opensearch.knn.plugin.KNNPlugin";

    private OneNode() {}

    public static void main(String[] given) throws Exception {
        Settings.Builder settings = Settings.builder()
            .put("path.home", given[0])
            .put("node.name", given[1]);
        for (String setting : Arrays.asList(given).subList(2, given.length)) {
            int at = setting.indexOf('=');
            settings.put(setting.substring(0, at), setting.substring(at + 1));
        }
        Environment environment = InternalSettingsPreparer.prepareEnvironment(settings.build(), Map.of(), Path.of(given[0]), () -> given[1]);
        List<Class<? extends Plugin>> modules = new ArrayList<>();
        for (String name : MODULES) {
            modules.add(Class.forName(name).asSubclass(Plugin.class));
        }
        if (OneNode.class.getClassLoader().getResource(VECTORS.replace('.', '/') + ".class") != null) {
            modules.add(Class.forName(VECTORS).asSubclass(Plugin.class));
        }
        Node node = new OpenSearchRunnerNode(environment, modules);
        node.start();
        while (System.in.read() >= 0) { }
        node.close();
        System.exit(0);
    }
}
