package org.opensearch.transport.grpc.spi;

/**
 * Stands in for an interface of OpenSearch's gRPC module, which Maven Central does not have: the k-NN plugin makes an
 * object of it as it starts. Nothing here speaks gRPC.
 */
public interface QueryBuilderProtoConverter {}

/** Likewise. */
interface QueryBuilderProtoConverterRegistry {}
