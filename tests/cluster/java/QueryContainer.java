package org.opensearch.protobufs;

/** Stands in likewise for a message of the gRPC module. */
public final class QueryContainer {
    /** Its kinds. */
    public enum QueryContainerCase { KNN }

    private QueryContainer() {}
}
