"""multilingual-e5-small as an ONNX graph, written once from its 4-bit weights.

The network is a BERT of twelve layers (Wang and others 2024, doi:10.48550/arXiv.2402.05672); the mean of its last
layer, of unit length, is the text's vector. Embeddings of the 250,000 pieces stay in 4 bits, the rest is made 32-bit,
so that a text's vector does not depend on its company. Operators are those onnxruntime fuses for such networks.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from reperio.index.e5_weights import BLOCK, Floats, Weights

OWN: Final = "com.microsoft"
"""Domain of the operators that are onnxruntime's own."""

OUTPUT: Final = "sentence_embedding"


class Graph:
    """Nodes and weights, gathered in order."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []

    def hold(self, name: str, values: NDArray[Any]) -> str:
        """Keep values under a name."""
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any) -> str:
        """Add a node; gives its output."""
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, domain=domain, **attributes))
        return output


def build_graph(weights: Weights) -> bytes:
    """The model file of these weights."""
    graph = Graph()
    graph.hold("zero", np.array([0], np.int64))
    graph.hold("one", np.array([1], np.int64))
    graph.hold("two", np.array([2], np.int64))
    state = _embeddings(graph, weights)
    graph.node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    for number in range(weights.sizes.layers):
        state = _layer(graph, weights, number, state)
    _mean(graph, state)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["batch", weights.sizes.width])
    model = helper.make_model(
        helper.make_graph(graph.nodes, "multilingual-e5-small", inputs, [output], graph.tensors),
        opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid(OWN, 1)],
        ir_version=10,
    )
    return bytes(model.SerializeToString())


def _embeddings(graph: Graph, weights: Weights) -> str:
    """What a piece, its place and its type say, added and normalised."""
    sizes = weights.sizes
    codes, scales = weights.codes("emb.word", sizes.width)
    # The operator reads signed numbers: 8 stands for 0 in the file, 0 does here.
    signed = ((codes.astype(np.int16) - 8) & 15).astype(np.uint8)
    packed = signed[:, 0::2] | (signed[:, 1::2] << 4)
    graph.tensors.append(
        onnx.TensorProto(name="pieces", data_type=TensorProto.INT4, dims=codes.shape, raw_data=packed.tobytes())
    )
    graph.hold("pieces.scales", scales)
    pieces = graph.node(
        "GatherBlockQuantized", ["pieces", "input_ids", "pieces.scales"], "piece", domain=OWN,
        block_size=BLOCK, gather_axis=0, quantize_axis=1,
    )  # fmt: skip
    places = weights.vector("emb.pos").reshape(-1, sizes.width) + weights.vector("emb.type")[: sizes.width]
    graph.hold("places", places)
    graph.node("Shape", ["input_ids"], "shape")
    graph.node("Slice", ["shape", "one", "two"], "length")
    graph.node("Slice", ["places", "zero", "length", "zero"], "place")
    graph.node("Add", [pieces, "place"], "embedded")
    scale = graph.hold("embedded.scale", weights.vector("emb.ln.w"))
    shift = graph.hold("embedded.shift", weights.vector("emb.ln.b"))
    return graph.node("LayerNormalization", ["embedded", scale, shift], "layer0", axis=-1, epsilon=sizes.epsilon)


def _layer(graph: Graph, weights: Weights, number: int, state: str) -> str:
    """Attention, then two dense steps, each added to what came in and normalised."""
    sizes, name = weights.sizes, f"l{number}"

    def held(part: str, values: Floats) -> str:
        return graph.hold(f"{name}.{part}", values)

    joined = np.concatenate([weights.matrix(f"{name}.{part}.w", sizes.width) for part in "qkv"]).T
    biases = np.concatenate([weights.vector(f"{name}.{part}.b") for part in "qkv"])
    attended = graph.node(
        "Attention", [state, held("qkv.w", joined), held("qkv.b", biases), "mask"], f"{name}.attended",
        domain=OWN, num_heads=sizes.heads,
    )  # fmt: skip
    mixed = graph.node(
        "MatMul", [attended, held("ao.w", weights.matrix(f"{name}.ao.w", sizes.width).T)], f"{name}.mixed"
    )
    state = _added(graph, weights, f"{name}.aln", f"{name}.ao.b", [state, mixed])
    wide = graph.node("MatMul", [state, held("fi.w", weights.matrix(f"{name}.fi.w", sizes.width).T)], f"{name}.wide")
    bent = graph.node("BiasGelu", [wide, held("fi.b", weights.vector(f"{name}.fi.b"))], f"{name}.bent", domain=OWN)
    narrow = graph.node("MatMul", [bent, held("fo.w", weights.matrix(f"{name}.fo.w", sizes.inner).T)], f"{name}.narrow")
    return _added(graph, weights, f"{name}.oln", f"{name}.fo.b", [state, narrow])


def _added(graph: Graph, weights: Weights, norm: str, bias: str, inputs: list[str]) -> str:
    held = [graph.hold(name, weights.vector(name)) for name in (f"{norm}.w", f"{norm}.b", bias)]
    return graph.node(
        "SkipLayerNormalization", [*inputs, *held], f"{norm}.out", domain=OWN, epsilon=weights.sizes.epsilon
    )


def _mean(graph: Graph, state: str) -> None:
    """The mean over a text's own pieces; its length is made one where it is used."""
    graph.node("Cast", ["attention_mask"], "own", to=TensorProto.FLOAT)
    graph.node("Unsqueeze", ["own", "two"], "own.each")
    graph.node("Mul", [state, "own.each"], "owned")
    graph.node("ReduceSum", ["owned", "one"], "sum", keepdims=0)
    graph.node("ReduceSum", ["own.each", "one"], "count", keepdims=0)
    graph.node("Div", ["sum", "count"], OUTPUT)
