import Hardware
import Quantities

/// What was believed of machines before any step was fitted: the best measured matrix products less a tenth,
/// streaming benchmarks, measured all-reduces.
public enum MachinePriors {
    /// Numbers of an architecture, or of one machine of it that differs.
    struct Family: Sendable {
        let name: String
        let machines: Set<String>
        let numbers: [Belief]
    }

    /// One number: key in hardware files, place, value, standard deviation of its logarithm.
    struct Belief: Sendable {
        let key: String
        let path: any WritableKeyPath<Calibration, Double> & Sendable
        let prior: Double
        let deviation: Double
    }

    private static let ampere: Set<String> = ["a100-sxm-80gb", "a100-sxm-40gb", "a100-sxm", "a800-80gb"]
    private static let hopper: Set<String> = [
        "h100-sxm-80gb", "h100-sxm", "h100-96gb-500w", "h100-pcie-80gb", "h100-pcie", "h200-sxm",
        "h100-sxm-global-nvlink", "h100-sxm-global-nvlink-low-latency", "h100-sxm-low-latency",
        "h100-sxm-infinite-network-low-latency", "h100-sxm-superpod",
    ]
    private static let blackwell: Set<String> = ["b200", "b300", "gb200-nvl72", "gb300-nvl72"]

    /// Families in the order they are set: a machine's own numbers after those of its architecture.
    static let families: [Family] = [
        Family(
            // Networks of these clusters differ most: four to eight adapters a node, several fabrics.
            name: "Ampere", machines: ampere,
            numbers: [
                bits16(0.85, 0.05), memory(0.85, 0.08), inner(0.95, 0.04), outer(0.70, 0.30),
                innerLatency(4e-6, 0.20), outerLatency(15e-6, 0.30),
            ]),
        Family(name: "Hopper", machines: hopper, numbers: [bits16(0.72, 0.05), bits8(0.66, 0.06)]),
        Family(
            name: "Blackwell", machines: blackwell,
            numbers: [
                bits16(0.58, 0.10), bits8(0.68, 0.12), bits4(0.55, 0.20), memory(0.80, 0.10),
                inner(0.85, 0.10), outer(0.70, 0.15),
            ]),
        // Parts whose products run at another share of their peak than the architecture's.
        Family(name: "b200", machines: ["b200"], numbers: [bits16(0.52, 0.10), bits8(0.65, 0.12)]),
        Family(
            name: "h100-96gb-500w", machines: ["h100-96gb-500w"],
            numbers: [bits16(0.72, 0.15), bits8(0.66, 0.15)]),
    ]

    /// Numbers of all architectures.
    public static let all: [FittedNumber] = families.flatMap { family in
        family.numbers.map { fitted($0, name: family.name, machines: family.machines) }
    }

    /// Every number of one machine, by itself: from its architecture where it has one, else as assumed.
    /// - Parameter machine: its name.
    /// - Returns: eight numbers.
    public static func numbers(of machine: String) -> [FittedNumber] {
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
        for family in families where family.machines.contains(machine) {
            for belief in family.numbers { known[belief.key] = belief }
        }
        return usual.compactMap { known[$0.key] }.map { fitted($0, name: machine, machines: [machine]) }
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
