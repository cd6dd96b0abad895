import Files
import Quantities
import ScalingModel
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// Every number that can be set of a machine changes what is answered, or is known to belong to the other model.
@Suite struct HardwareKeyTests {
    /// Words for people.
    private static let labels: Set<String> = [
        "name", "title", "vendor", "unit", "compute.precision", "network.N.name", "notes",
    ]
    /// What money and energy depend on, of the sustained rate how busy an accelerator is.
    private static let ofBills: Set<String> = ["power", "price", "compute.sustained_fraction"]
    private static let numbers = HardwareKeys.all.filter {
        !labels.contains($0) && !ofBills.contains($0) && !$0.hasPrefix("provenance")
    }

    /// Another value of each key on a machine of two levels.
    private static func override(_ key: String) -> String {
        switch key {
        case "architecture": "architecture=ampere"
        case "compute.peak_by_precision": "compute.peak_by_precision.fp8=1500TFLOP/s"
        case "chip.distributed_shared_memory": "\(key)=false"
        case "network.N.size": "network.0.size=4"
        case "network.N.kind": "network.1.kind=inner"
        case let key where key.hasPrefix("network.N.bandwidth"):
            "network.1.\(key.dropFirst("network.N.".count))=17GB/s"
        case "network.N.latency": "network.1.latency=77us"
        case let key where key.hasSuffix("fraction") || key.contains("fraction_"): "\(key)=0.31"
        case let key where key.hasSuffix("latency"): "\(key)=77us"
        case "calibration.power_share": "\(key)=0.7"
        case "compute.peak": "\(key)=800TFLOP/s"
        case "compute.word_bytes": "\(key)=1"
        case "compute.units", "chip.multiprocessors": "\(key)=99"
        case "chip.blocks_per_multiprocessor": "\(key)=2"
        case "chip.clock": "\(key)=0.7GHz"
        case "chip.registers_per_block", "chip.l2_capacity": "\(key)=17KiB"
        case let key where key.hasSuffix("capacity"): "\(key)=17GB"
        default: "\(key)=17GB/s"
        }
    }

    /// The machine: one without a chip where a key stands for what the chip says.
    private static func machine(_ key: String, _ overrides: [String] = []) throws -> Accelerator {
        let usual = ["network.0.size=2"]
        return try HardwareCatalogue.entry(
            key == "compute.units" ? "b200" : "h100-sxm-80gb", overrides: usual + overrides
        ).machine
    }

    /// What is answered on a machine: steps in three precisions, on several levels and with state on the host, and
    /// whether memory suffices.
    private static func answers(_ machine: Accelerator) -> [Double] {
        var layout = TrainingLayout(microbatch: 1, globalBatch: 8)
        (layout.tensor, layout.pipeline, layout.data, layout.sequenceParallelism) = (4, 2, 4, .on)
        var offloaded = layout
        offloaded.offload = [.optimizer, .weights, .activations]
        var found: [Double] = []
        for precision in [TrainingPrecision.bf16, .fp8(.tensorwise), .fp4(.microscaling)] {
            for layout in [layout, offloaded] {
                var job = TrainingJob(model: LayoutSamples.llama, precision: precision)
                // The library's kernels know fewer architectures than the vendor's.
                job.conduct.kernels.flash = .library
                let model = TransformerStepModel(job: job, machine: machine)
                let footprint = model.memory(layout)
                found += [
                    model.step(layout).total.value, model.memoryLimit.value, model.fits(footprint) ? 1 : 0,
                ]
            }
        }
        return found
    }

    @Test(
        "A key of machines changes steps of transformers unless it belongs to the other model",
        arguments: numbers)
    func transformers(_ key: String) throws {
        // A host that holds little holds no state.
        let change = key == "host.memory_capacity" ? "\(key)=1GB" : Self.override(key)
        let before = Self.answers(try Self.machine(key))
        let after = Self.answers(try Self.machine(key, [change]))
        #expect((before == after) == HardwareKeys.ofDataMovement.contains(key), "\(change)")
    }

    @Test(
        "A key of machines changes plans of the data-movement model unless it belongs to transformers",
        arguments: numbers)
    func dataMovement(_ key: String) throws {
        func answer(_ machine: Accelerator) throws -> [Double] {
            // Memory decides on few accelerators, everything else on more.
            try [16, 4096].flatMap { gpus -> [Double] in
                let answer = try Planner(
                    PlanningQuestion(machine: machine, given: .gpusAndFlop(gpus: gpus, flop: 1e23))
                ).answer()
                return [answer.best?.total.value ?? 0, answer.best?.utilizationOfUsed ?? 0]
            }
        }
        let before = try answer(try Self.machine(key))
        let after = try answer(try Self.machine(key, [Self.override(key)]))
        #expect((before == after) == HardwareKeys.ofTransformers.contains(key), "\(Self.override(key))")
    }

    @Test("Overrides are found by their keys, whatever the level or precision")
    func first() {
        let some: Set<String> = ["network.N.kind", "compute.peak_by_precision", "power"]
        #expect(HardwareKeys.first(of: ["price=1", "network.*.kind=inner"], among: some) == "network.*.kind")
        #expect(
            HardwareKeys.first(of: ["network.NVLink 4.kind=inner"], among: some) == "network.NVLink 4.kind")
        #expect(HardwareKeys.first(of: ["compute.peak_by_precision.fp8=1"], among: some) != nil)
        #expect(HardwareKeys.first(of: ["network.0.size=4", "power.x=2", "powers"], among: some) == nil)
    }
}
