import Optimization
import Quantities
import Training

/// Regions of the space: accelerators used, and the pipeline's schedule.
extension DataMovementSpace: LinearizableSpace {
    /// Plans whose accelerators used lie in a range.
    public struct Region: Sendable {
        /// Fewest and most accelerators used.
        var range: ClosedRange<Int>
        /// Every number of accelerators that some plan of the region uses, ascending; empty until listed.
        var products: [Int] = []
        /// The schedule; nil until the products are listed.
        var schedule: PipelineSchedule?
    }

    /// Octaves of accelerators used, the fewest last.
    public mutating func regions() -> [BoundedRegion<Region>] {
        let most = min(highestGPUs, mostProduct)
        guard lowestGPUs <= most else { return [] }
        var octaves: [BoundedRegion<Region>] = []
        var highest = most
        while highest >= lowestGPUs {
            let lowest = max(lowestGPUs, highest / 2 + 1)
            if let octave = bounded(Region(range: lowest...highest)) { octaves.append(octave) }
            highest = lowest - 1
        }
        return octaves
    }

    /// The rank that an objective of a region's master stands for.
    public func bound(of region: Region, objective: Double) -> Rank {
        switch self.objective {
        case .time, .utilization: Rank(objective, 0, 0)
        case .gpus: Rank(Double(region.range.lowerBound), objective, 0)
        }
    }

    /// The master of a region, or the region cut by schedule with its products listed.
    public mutating func master(of region: Region, limit: Rank) -> MasterAnswer<Region> {
        guard let schedule = region.schedule else { return .children(listed(region)) }
        guard let columns = columns(of: region, schedule: schedule, limit: limit) else { return .nothing }
        return .problem(DegreeMaster(columns: columns, region: region, space: self).problem())
    }

    /// Cuts a range of products around the one that the combination has.
    public mutating func split(_ region: Region, at assignment: [Int]) -> [BoundedRegion<Region>] {
        guard region.products.count > 1 else { return [] }
        let gpus = Int(exactly: (0..<5).reduce(1.0) { $0 * Double(axis($1).degrees[assignment[$1]]) }) ?? 0
        // A combination outside, within the tolerance of the range's row: any cut is progress.
        let middle = region.products.firstIndex(of: gpus) ?? region.products.count / 2
        let products = region.products
        let parts = [products[..<middle], products[middle...middle], products[(middle + 1)...]]
        return parts.compactMap { part(Array($0), schedule: region.schedule) }
    }

    /// The table of an axis: TPm, TPf, PP, EP, DP.
    func axis(_ index: Int) -> SplitTable {
        switch index {
        case 0: tables.tensorModel
        case 1: tables.tensorFeedForward
        case 2: tables.pipeline
        case 3: tables.expert
        default: tables.data
        }
    }

    /// The tensor degrees first, then the data degree with them.
    public var openAxes: [Set<Int>] { [[0, 1], [0, 1, 4]] }

    /// The combinations of one number of accelerators that agree on all axes but some.
    public func combinations(
        like assignment: [Int], except axes: Set<Int>, in region: Region, limit: Rank
    ) -> [[Int]] {
        let gpus = region.range.lowerBound
        var found: [(options: [Int], product: Int)] = [([], 1)]
        for index in 0..<5 {
            let degrees = axis(index).degrees
            let options = axes.contains(index) ? Array(degrees.indices) : [assignment[index]]
            found = found.flatMap { part in
                options.compactMap { option in
                    let (product, overflow) = part.product.multipliedReportingOverflow(by: degrees[option])
                    guard !overflow, gpus.isMultiple(of: product) else { return nil }
                    return (part.options + [option], product)
                }
            }
        }
        return found.filter { $0.product == gpus }.map(\.options)
    }

    // MARK: Products

    /// The most accelerators that any degrees multiply to, at most ``mostGPUs``.
    private var mostProduct: Int {
        let most = (0..<5).reduce(1.0) { $0 * Double(axis($1).degrees.last ?? 1) }
        return most < Double(Self.mostGPUs) ? Int(most) : Self.mostGPUs
    }

    /// The region cut by schedule, with its products listed; those that cannot hold the state are left out.
    private mutating func listed(_ region: Region) -> [BoundedRegion<Region>] {
        var products = products(in: region.range)
        if memoryRule == .checked {
            let state = model.stateBytes(data: 1)
            let capacity = model.machine.memory.capacity.value
            let fitting = products.filter { state <= capacity * Double($0) }
            if fitting.count < products.count { noteExcludedByMemory(region.range.upperBound) }
            products = fitting
        }
        return PipelineSchedule.allCases.compactMap { part(products, schedule: $0) }
    }

    private func part(_ products: [Int], schedule: PipelineSchedule?) -> BoundedRegion<Region>? {
        guard let least = products.first, let most = products.last else { return nil }
        return bounded(Region(range: least...most, products: products, schedule: schedule))
    }

    /// Every product of five legal degrees in a range, ascending.
    private func products(in range: ClosedRange<Int>) -> [Int] {
        let tensors = Set(tables.tensors.pairs.map(\.product).filter { $0 <= range.upperBound })
        var found: Set<Int> = []
        for triple in Set(tables.triples.map(\.product)) where triple <= range.upperBound {
            for tensor in tensors {
                let (product, overflow) = triple.multipliedReportingOverflow(by: tensor)
                if !overflow, range.contains(product) { found.insert(product) }
            }
        }
        return found.sorted()
    }

    // MARK: Bounds

    /// A region with the bound of its arithmetic; nil where that passes the deadline.
    private func bounded(_ region: Region) -> BoundedRegion<Region>? {
        let stages = tables.pipeline.degrees.last ?? 1
        let ranks = tables.expert.degrees.last ?? 1
        let kernels = model.kernelFloor(pipeline: stages, expert: ranks)
        let work = model.arithmeticFloor * (1 - 1e-9)
        let (least, most) = (Double(region.range.lowerBound), Double(region.range.upperBound))
        let step = max(work / most, kernels)
        guard step * steps <= deadline else { return nil }
        let floor = objective == .utilization ? max(work, kernels * least) : step
        return BoundedRegion(region, bound: bound(of: region, objective: floor))
    }

    /// Notes that memory alone may have excluded a plan, at any price.
    mutating func noteExcludedByMemory(_ gpus: Int) {
        let floor = model.arithmeticFloor * (1 - 1e-9)
        let bound = rank(step: floor / Double(gpus), traffic: 0, gpus: Double(gpus))
        leastExcludedByMemory = min(leastExcludedByMemory, bound)
    }
}
