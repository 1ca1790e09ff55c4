package org.elasticsearch.node;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.elasticsearch.action.bulk.BulkRequest;
import org.elasticsearch.action.bulk.BulkResponse;
import org.elasticsearch.action.delete.DeleteRequest;
import org.elasticsearch.action.search.SearchRequest;
import org.elasticsearch.action.search.SearchResponse;
import org.elasticsearch.action.support.WriteRequest.RefreshPolicy;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.cluster.metadata.IndexNameExpressionResolver;
import org.elasticsearch.cluster.node.DiscoveryNodes;
import org.elasticsearch.common.Strings;
import org.elasticsearch.common.io.stream.NamedWriteableRegistry;
import org.elasticsearch.common.settings.ClusterSettings;
import org.elasticsearch.common.settings.IndexScopedSettings;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.settings.SettingsFilter;
import org.elasticsearch.features.NodeFeature;
import org.elasticsearch.plugins.ActionPlugin;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestChannel;
import org.elasticsearch.rest.RestController;
import org.elasticsearch.rest.RestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.rest.action.RestActionListener;
import org.elasticsearch.search.SearchHit;
import org.elasticsearch.search.builder.SearchSourceBuilder;

/**
 * Stands in for `_delete_by_query` of Elasticsearch's module for reindexing, which Maven Central does not have in
 * version 8: finds by Elasticsearch's own reading of the query, and deletes what was found, until nothing is.
 */
public final class DeleteByQueryStandIn extends Plugin implements ActionPlugin {
    private static final int AT_ONCE = 1000;

    @Override
    public Collection<RestHandler> getRestHandlers(
        Settings settings, NamedWriteableRegistry named, RestController controller, ClusterSettings clusterSettings,
        IndexScopedSettings indexSettings, SettingsFilter filter, IndexNameExpressionResolver resolver,
        Supplier<DiscoveryNodes> nodes, Predicate<NodeFeature> features
    ) {
        return List.of(new Handler());
    }

    private static final class Handler extends BaseRestHandler {
        @Override
        public String getName() {
            return "delete_by_query_stand_in";
        }

        @Override
        public List<Route> routes() {
            return List.of(new Route(RestRequest.Method.POST, "/{index}/_delete_by_query"));
        }

        @Override
        protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
            for (String known : List.of("conflicts", "refresh", "timeout")) {
                request.param(known);
            }
            String[] indices = Strings.splitStringByCommaToArray(request.param("index"));
            SearchSourceBuilder source = new SearchSourceBuilder();
            request.withContentOrSourceParamParserOrNull(parser -> source.parseXContent(parser, true, feature -> true));
            source.size(AT_ONCE).fetchSource(false);
            return channel -> deleteSome(new SearchRequest(indices).source(source), client, channel, 0);
        }

        private static void deleteSome(SearchRequest asked, NodeClient client, RestChannel channel, int before) {
            client.search(asked, new RestActionListener<SearchResponse>(channel) {
                @Override
                protected void processResponse(SearchResponse found) throws IOException {
                    BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
                    for (SearchHit hit : found.getHits()) {
                        bulk.add(new DeleteRequest(hit.getIndex(), hit.getId()));
                    }
                    if (bulk.numberOfActions() == 0) {
                        answer(channel, before);
                        return;
                    }
                    client.bulk(bulk, new RestActionListener<BulkResponse>(channel) {
                        @Override
                        protected void processResponse(BulkResponse done) {
                            if (done.hasFailures()) {
                                throw new IllegalStateException(done.buildFailureMessage());
                            }
                            deleteSome(asked, client, channel, before + done.getItems().length);
                        }
                    });
                }
            });
        }

        private static void answer(RestChannel channel, int deleted) throws IOException {
            channel.sendResponse(new RestResponse(RestStatus.OK, channel.newBuilder().startObject()
                .field("timed_out", false).field("deleted", deleted).field("version_conflicts", 0)
                .startArray("failures").endArray().endObject()));
        }
    }
}
