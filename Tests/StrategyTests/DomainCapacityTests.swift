import Testing
import Training

@Suite struct DomainCapacityTests {
    @Test("A domain holds as many blocks as fit, at every level")
    func blocks() {
        // 576 accelerators, blocks of 8: 72 a domain.
        #expect(DomainCapacity.groups(gpus: 576, sizes: [576], used: [8]) == 72)
        // Nodes of 8 with blocks of 3 hold 2 each; 5 nodes hold 10, which make 3 groups of 3.
        #expect(DomainCapacity.groups(gpus: 40, sizes: [8, 5], used: [3, 3]) == 3)
        // More blocks than lower domains: racks of 72 hold 9 blocks of 8, eight racks 72.
        #expect(DomainCapacity.groups(gpus: 576, sizes: [72, 8], used: [8, 64]) == 1)
        // A partial domain counts with what it holds: 20 accelerators are two nodes and half a node.
        #expect(DomainCapacity.groups(gpus: 20, sizes: [8], used: [4]) == 5)
        #expect(DomainCapacity.groups(gpus: 20, sizes: [8], used: [5]) == 2)
        #expect(DomainCapacity.groups(gpus: 17, sizes: [], used: []) == 17)
    }

    @Test("The smallest cluster holds the plan, and one accelerator less does not")
    func leastCluster() {
        var checked = 0
        for sizes in [[], [4], [6], [3, 2], [4, 3], [2, 3, 2]] {
            for first in 1...6 {
                for second in 1...6 {
                    let used = [first, second, 2].prefix(sizes.count).map { $0 }
                    guard DomainCapacity.blocks(sizes: sizes, level: sizes.count - 1, used: { used[$0] }) > 0
                    else { continue }
                    for groups in 1...12 {
                        let gpus = groups * used.product
                        let cluster = DomainCapacity.leastCluster(gpus: gpus, sizes: sizes, used: used)
                        #expect(
                            DomainCapacity.groups(gpus: cluster, sizes: sizes, used: used) >= groups,
                            "\(sizes) \(used) \(groups)")
                        #expect(
                            DomainCapacity.groups(gpus: cluster - 1, sizes: sizes, used: used) < groups,
                            "\(sizes) \(used) \(groups)")
                        checked += 1
                    }
                }
            }
        }
        #expect(checked > 500)
    }

    @Test("Sizes whose product passes any integer leave a partial domain")
    func hugeDomains() {
        let sizes = Array(repeating: 1_000_000, count: 7)
        let used = [8, 1, 1, 1, 1, 1, 1]
        #expect(DomainCapacity.leastCluster(gpus: 80, sizes: sizes, used: used) == 80)
        #expect(DomainCapacity.groups(gpus: 1 << 53, sizes: sizes, used: used) == 1 << 50)
    }

    @Test("A domain made of whole smaller ones holds no fewer blocks")
    func largerDomains() {
        for size in 1...8 {
            for factor in 2...5 {
                for outer in [1, 2, 3] {
                    for used in 1...size {
                        for gpus in stride(from: 1, to: 200, by: 7) {
                            let small = DomainCapacity.groups(
                                gpus: gpus, sizes: [size, outer], used: [used, 2])
                            for larger in [[size * factor, outer], [size, outer * factor]] {
                                #expect(
                                    DomainCapacity.groups(gpus: gpus, sizes: larger, used: [used, 2])
                                        >= small,
                                    "\(size) \(larger) \(used) \(gpus)")
                            }
                        }
                    }
                }
            }
        }
    }
}
