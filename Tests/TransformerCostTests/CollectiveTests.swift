import Files
import TestSupport
import Testing

@testable import Training
@testable import TransformerModel

@Suite struct CollectiveTests {
    static func collective() throws -> Collective {
        let machine = try LayoutSamples.machine("a100-sxm-80gb")
        let constants = StepConstants.fitted
        return Collective(
            rates: MachineRates(machine: machine, precision: .bf16, conduct: .assumed, constants: constants),
            constants: constants)
    }

    /// Neighbouring ranks on nodes of eight.
    static func spread(_ members: Int) -> CommunicatorSpread {
        CommunicatorSpread(
            axes: [PlacementAxis(dimension: .data, stride: 1, extent: members)], domainSizes: [8])
    }

    @Test("An all-reduce inside a node by hand")
    func inside() throws {
        let collective = try Self.collective()
        let (link, latency) = (collective.rates.links[0], collective.rates.latencies[0])
        // 8 ranks, 1 GB: two passes of 7/8 GB and a quarter of it copied; 7/3·log₂ 8 = 7 steps a pass.
        let pass = (7.0 / 8 + 0.25) * 1e9 / link + 15e-6 + 7 * latency
        let spread = Self.spread(8)
        #expect(relativeError(collective.allReduce(bytes: 1e9, spread: spread), 2 * pass) < 1e-12)
    }

    @Test("Alone, nothing is exchanged; more bytes or more members are never faster")
    func laws() throws {
        let collective = try Self.collective()
        #expect(collective.pass(bytes: 1e9, spread: Self.spread(1)) == 0)
        var last = 0.0
        for members in [2, 4, 8, 16, 32, 64, 512] {
            let spread = Self.spread(members)
            let seconds = collective.pass(bytes: 1e8, spread: spread)
            #expect(seconds >= last)
            last = seconds
            #expect(collective.pass(bytes: 1e6, spread: spread) < seconds)
            #expect(collective.allReduce(bytes: 1e8, spread: spread) == 2 * seconds)
        }
    }

    @Test("Products: more rows, columns or depth is never faster, and backward takes longer")
    func products() throws {
        let machine = try LayoutSamples.machine("h100-sxm-80gb")
        let constants = StepConstants.fitted
        let rates = MachineRates(
            machine: machine, precision: .fp8(.tensorwise), conduct: .assumed, constants: constants)
        let kernel = MatrixKernel(rates: rates, constants: constants, exposedTraffic: 0.5, gradientBytes: 2)
        var random = SplitMix64(seed: 3)
        for _ in 0..<300 {
            let (rows, columns, inner) = (
                random.whole(in: 1...20000), random.whole(in: 1...20000), random.whole(in: 1...20000)
            )
            let time = kernel.time(rows: rows, columns: columns, inner: inner, kind: rates.weights)
            for (more, what) in [
                (kernel.time(rows: rows + 1, columns: columns, inner: inner, kind: rates.weights), "rows"),
                (kernel.time(rows: rows, columns: columns + 1, inner: inner, kind: rates.weights), "columns"),
                (kernel.time(rows: rows, columns: columns, inner: inner + 1, kind: rates.weights), "inner"),
            ] { #expect(more.forward >= time.forward && more.backward >= time.backward, "\(what)") }
            #expect(time.backward > time.forward)
        }
    }
}
