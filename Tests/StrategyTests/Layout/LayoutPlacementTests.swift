import Testing
import Training

@Suite struct LayoutPlacementTests {
    static let layout = TrainingLayout(tensor: 4, context: 2, pipeline: 4, data: 16, globalBatch: 64)

    @Test("Tensor and context fill a node of 8; replicas lie across nodes")
    func nodes() {
        let placement = LayoutPlacement(domainSizes: [8])
        #expect(placement.spread(of: .tensor, in: Self.layout).inside == [4, 4])
        #expect(placement.spread(of: .context, in: Self.layout).inside == [2, 2])
        // Data has stride 8: one a node, 16 nodes; with context two a node.
        let gradients = placement.spread(of: .gradients, in: Self.layout)
        #expect(gradients.members == 32)
        #expect(gradients.inside == [2, 32])
        #expect(gradients.factors == [2, 16])
        #expect(gradients.outermostLevel == 1)
        // Stages are 4*2*16 = 128 ranks apart.
        #expect(placement.spread(of: .pipeline, in: Self.layout).stride == 128)
        #expect(placement.spread(of: .pipeline, in: Self.layout).inside == [1, 4])
    }

    @Test("A pod of 64 ranks holds 8 of the nodes that replicas lie on")
    func pods() {
        let placement = LayoutPlacement(domainSizes: [8, 64])
        let gradients = placement.spread(of: .gradients, in: Self.layout)
        // 2 a node, 8 nodes a pod, 2 pods.
        #expect(gradients.inside == [2, 16, 32])
        #expect(gradients.factors == [2, 8, 2])
    }

    @Test("Another order puts the pipeline inside the replicas")
    func order() {
        let placement = LayoutPlacement(
            order: [.tensor, .context, .expert, .pipeline, .data], domainSizes: [8])
        #expect(placement.spread(of: .pipeline, in: Self.layout).stride == 8)
        #expect(placement.spread(of: .gradients, in: Self.layout).inside == [2, 32])
        #expect(placement.isConsistent(for: Self.layout) == false)
    }

    @Test("Stages lie as far apart as the communicator of the pipeline says, in every order")
    func stageStrides() {
        let orders: [[LayoutDimension]] = [
            LayoutPlacement.usualOrder, [.tensor, .context, .expert, .pipeline, .data], [.pipeline, .data],
        ]
        for order in orders {
            let placement = LayoutPlacement(order: order, domainSizes: [8])
            for pipeline in [1, 2, 6] {
                for (tensor, context, data) in [(1, 1, 1), (4, 1, 3), (2, 3, 5), (1, 1, 8)] {
                    let layout = TrainingLayout(
                        tensor: tensor, context: context, pipeline: pipeline, data: data, globalBatch: data)
                    #expect(
                        placement.stageStride(of: layout)
                            == placement.spread(of: .pipeline, in: layout).stride)
                }
            }
        }
    }

    @Test("Experts are numbered by expert-tensor, expert, replica over the same ranks")
    func experts() {
        let layout = TrainingLayout(tensor: 4, expert: 8, data: 16, globalBatch: 16)
        let placement = LayoutPlacement(domainSizes: [8])
        // 64 ranks: 8 experts side by side fill a node, each 8 times, one a node.
        #expect(placement.spread(of: .expert, in: layout).inside == [8, 8])
        let replicas = placement.spread(of: .expertData, in: layout)
        #expect(replicas.members == 8)
        #expect(replicas.inside == [1, 8])
        #expect(placement.isConsistent(for: layout))
    }

    @Test("A shard group of 8 ranks takes the innermost replicas")
    func shards() {
        let layout = TrainingLayout(data: 32, sharding: Sharding(.weights, group: 8), globalBatch: 32)
        let placement = LayoutPlacement(domainSizes: [8])
        #expect(placement.spread(of: .shard, in: layout).inside == [8, 8])
        // The same shard lies once in each of four nodes.
        #expect(placement.spread(of: .shardReplicas, in: layout).inside == [1, 4])
    }

    @Test("Six ranks in nodes of eight straddle: two domains touched, three members each")
    func straddling() {
        let layout = TrainingLayout(tensor: 6, data: 4, globalBatch: 4)
        let placement = LayoutPlacement(domainSizes: [8])
        #expect(placement.spread(of: .tensor, in: layout).inside == [3, 6])
    }

    @Test("More tensor ranks than a node has spread over whole nodes")
    func wide() {
        let layout = TrainingLayout(tensor: 16)
        let spread = LayoutPlacement(domainSizes: [8]).spread(of: .tensor, in: layout)
        #expect(spread.inside == [8, 16])
        #expect(spread.factors == [8, 2])
    }

    @Test("Aligned counts equal a count of the ranks one by one")
    func counted() {
        for tensor in [1, 2, 4, 8] {
            for context in [1, 2, 4] {
                for data in [1, 2, 8] {
                    for node in [4, 8, 16] {
                        let layout = TrainingLayout(
                            tensor: tensor, context: context, pipeline: 2, data: data, globalBatch: data)
                        let placement = LayoutPlacement(domainSizes: [node])
                        let spread = placement.spread(of: .gradients, in: layout)
                        // The group of rank 0: every rank tensor*i below the stage's ranks.
                        let group = (0..<(context * data)).map { $0 * tensor }
                        #expect(spread.inside == [group.count { $0 < node }, group.count])
                    }
                }
            }
        }
    }
}
