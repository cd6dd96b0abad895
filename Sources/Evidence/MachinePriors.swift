import Quantities
import Training

/// What was believed of machines before any step was fitted: the best measured matrix products less a tenth,
/// streaming benchmarks, measured all-reduces.
public enum MachinePriors {
    /// Numbers of an architecture, or of one machine of it that differs.
    struct Family: Sendable {
        let name: String
        let members: Members
        let numbers: [Belief]
    }

    /// Which machines a family has.
    enum Members: Sendable {
        /// Those whose hardware file says so.
        case architecture(Architecture)
        /// One, by its name.
        case machine(String)

        func contain(_ machine: Accelerator) -> Bool {
            switch self {
            case .architecture(let architecture): machine.architecture == architecture
            case .machine(let name): machine.name == name
            }
        }
    }

    /// One number: key in hardware files, place, value, standard deviation of its logarithm.
    struct Belief: Sendable {
        let key: String
        let path: any WritableKeyPath<Calibration, Double> & Sendable
        let prior: Double
        let deviation: Double
    }

    /// Families in the order they are set: a machine's own numbers after those of its architecture.
    static let families: [Family] = [
        Family(
            // Networks of these clusters differ most: four to eight adapters a node, several fabrics.
            name: "Ampere", members: .architecture(.ampere),
            numbers: [
                bits16(0.85, 0.05), memory(0.85, 0.08), inner(0.95, 0.04), outer(0.70, 0.30),
                innerLatency(4e-6, 0.20), outerLatency(15e-6, 0.30),
            ]),
        Family(
            name: "Hopper", members: .architecture(.hopper),
            numbers: [
                bits16(0.72, 0.05), bits8(0.66, 0.06), memory(0.85, 0.08), inner(0.90, 0.05),
                outer(0.70, 0.15), outerLatency(15e-6, 0.30),
            ]),
        Family(
            name: "Blackwell", members: .architecture(.blackwell),
            numbers: [
                bits16(0.58, 0.10), bits8(0.68, 0.12), bits4(0.55, 0.20), memory(0.80, 0.10),
                inner(0.85, 0.10), outer(0.70, 0.15),
            ]),
        // Parts whose products run at another share of their peak than the architecture's.
        Family(
            name: "b200", members: .machine("b200"), numbers: [bits16(0.52, 0.10), bits8(0.65, 0.12)]),
        Family(
            name: "h100-96gb-500w", members: .machine("h100-96gb-500w"),
            numbers: [bits16(0.72, 0.15), bits8(0.66, 0.15)]),
        // Nodes of four with an adapter each: the sweep of MareNostrum 5.
        Family(
            name: "h100-64gb-mn5", members: .machine("h100-64gb-mn5"),
            numbers: [bits16(0.72, 0.10), outer(0.70, 0.20)]),
        Family(
            name: "tpu-v5e", members: .machine("tpu-v5e"),
            numbers: [bits16(0.80, 0.15), inner(0.85, 0.15), outer(0.70, 0.30)]),
        Family(
            name: "tpu-v5p", members: .machine("tpu-v5p"),
            numbers: [bits16(0.80, 0.15), inner(0.85, 0.15), outer(0.70, 0.30)]),
        // 0.9 of the best measured product, 141.86 of 148 TFLOP/s (the source is in its hardware file).
        Family(
            name: "h20-sxm-96gb", members: .machine("h20-sxm-96gb"),
            numbers: [bits16(0.86, 0.10), bits8(0.86, 0.15)]),
    ]

    /// Numbers of all architectures, shared by their machines.
    /// - Parameter machines: those that are to be fitted together.
    /// - Returns: numbers in the order they are set; those of architectures that no machine has move nothing.
    public static func all(of machines: [Accelerator]) -> [FittedNumber] {
        families.flatMap { family in
            let members = Set(machines.filter(family.members.contain).map(\.name))
            return family.numbers.map { fitted($0, name: family.name, machines: members) }
        }
    }

    /// Every number of one machine, by itself: from its architecture where it has one, else as assumed.
    /// - Parameter machine: the machine, whose hardware file names its architecture.
    /// - Returns: eight numbers.
    public static func numbers(of machine: Accelerator) -> [FittedNumber] {
        let assumed = Calibration.assumed
        var known: [String: Belief] = [:]
        let usual = [
            bits16(assumed.matrixFraction.bits16, 0.10), bits8(assumed.matrixFraction.bits8, 0.10),
            bits4(assumed.matrixFraction.bits4, 0.20), memory(assumed.memoryFraction, 0.10),
            inner(assumed.innerNetworkFraction, 0.10), outer(assumed.outerNetworkFraction, 0.15),
            innerLatency(assumed.innerStepLatency.value, 0.20),
            outerLatency(assumed.outerStepLatency.value, 0.30),
        ]
        for belief in usual { known[belief.key] = belief }
        for family in families where family.members.contain(machine) {
            for belief in family.numbers { known[belief.key] = belief }
        }
        return usual.compactMap { known[$0.key] }
            .map { fitted($0, name: machine.name, machines: [machine.name]) }
    }

    private static func fitted(_ belief: Belief, name: String, machines: Set<String>) -> FittedNumber {
        FittedNumber(
            name: belief.key, scope: name, place: .machines(machines, belief.path), prior: belief.prior,
            deviation: belief.deviation, most: belief.key.contains("fraction") ? 1 : .infinity)
    }

    private static func bits16(_ prior: Double, _ deviation: Double) -> Belief {
        Belief(
            key: "matrix_fraction_16bit", path: \.matrixFraction.bits16, prior: prior, deviation: deviation)
    }

    private static func bits8(_ prior: Double, _ deviation: Double) -> Belief {
        Belief(
            key: "matrix_fraction_8bit", path: \.matrixFraction.bits8, prior: prior, deviation: deviation)
    }

    private static func bits4(_ prior: Double, _ deviation: Double) -> Belief {
        Belief(
            key: "matrix_fraction_4bit", path: \.matrixFraction.bits4, prior: prior, deviation: deviation)
    }

    private static func memory(_ prior: Double, _ deviation: Double) -> Belief {
        Belief(key: "hbm_fraction", path: \.memoryFraction, prior: prior, deviation: deviation)
    }

    private static func inner(_ prior: Double, _ deviation: Double) -> Belief {
        Belief(
            key: "inner_network_fraction", path: \.innerNetworkFraction, prior: prior, deviation: deviation)
    }

    private static func outer(_ prior: Double, _ deviation: Double) -> Belief {
        Belief(
            key: "outer_network_fraction", path: \.outerNetworkFraction, prior: prior, deviation: deviation)
    }

    private static func innerLatency(_ prior: Double, _ deviation: Double) -> Belief {
        Belief(
            key: "inner_step_latency", path: \.innerStepLatency.value, prior: prior, deviation: deviation)
    }

    private static func outerLatency(_ prior: Double, _ deviation: Double) -> Belief {
        Belief(
            key: "outer_step_latency", path: \.outerStepLatency.value, prior: prior, deviation: deviation)
    }
}
