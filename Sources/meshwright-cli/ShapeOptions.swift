import ArgumentParser
import Foundation
import Optimization
import Quantities
import ScalingModel
import Training

/// How the shape of the model is chosen, how much data it gets, and the loss by which shapes compare.
struct ShapeOptions: ParsableArguments {
    @Option(
        name: .long,
        help: """
            law: width, depth and experts follow the laws. free: they are searched with the plan, of a \
            transformer too. (default: law)
            """)
    var shape: String?

    @Option(
        name: .long,
        help: "With --shape free: least and greatest depth over the law's, e.g. 0.5,2, instead of a penalty.")
    var depthRange: String?

    @Option(
        name: .long,
        help: "Training tokens for each parameter (20); more trains a smaller model for longer.")
    var tokensPerParameter: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "With --shape free of a transformer: values of an axis (width, layers, ratio, kv_heads, experts, active), e.g. layers=64,80,96; repeatable.",
            valueName: "axis=values"))
    var shapeGrid: [String] = []

    @Option(name: .long, help: "Most training tokens that there are, e.g. 15T.")
    var maxTokens: String?

    @Option(
        name: .long,
        help:
            "Loss model: besiroglu, hoffmann, krajewski, of a transformer also abnar, or E,A,alpha,B,beta (irreducible, then both terms)."
    )
    var loss: String?

    @Option(
        name: .long,
        help: "What shapes off the laws lose: kaplan (0.12,0.09), none, or two numbers for depth and ratio.")
    var shapePenalty: String?

    /// The options that are given.
    var given: [String] {
        OptionPresence.names([
            ("--shape", shape != nil), ("--shape-grid", !shapeGrid.isEmpty),
            ("--depth-range", depthRange != nil),
            ("--tokens-per-parameter", tokensPerParameter != nil), ("--max-tokens", maxTokens != nil),
            ("--loss", loss != nil), ("--shape-penalty", shapePenalty != nil),
        ])
    }

    /// The laws with what these options say of data.
    func applied(to laws: WorkloadLaws) throws -> WorkloadLaws {
        var laws = laws
        if let tokensPerParameter {
            laws.tokensPerParameter = try OptionText.number(
                "--tokens-per-parameter", tokensPerParameter, in: NumberRange(1e-3, 1e9))
        }
        if let maxTokens {
            laws.mostTokens = try OptionText.number("--max-tokens", maxTokens, in: NumberRange(1e6, 1e30))
        }
        return laws
    }

    /// Writes the choices into a question.
    func apply(to question: inout PlanningQuestion) throws {
        if !shapeGrid.isEmpty {
            throw InputError(
                "--shape-grid needs --model and a transformer; --width and --depth fix those of the laws")
        }
        question.loss = try lossModel()
        question.penalty = try penalty()
        question.shape = try choice()
        guard
            question.lossModel.routed != nil || question.laws.sparsity == .dense
                || question.laws.sparsity == .fixed(1)
        else {
            throw InputError(
                "--loss \(question.lossModel.name) knows no experts; use krajewski, or leave out --sparse or "
                    + "--experts")
        }
    }

    private func choice() throws -> ShapeChoice {
        switch shape ?? "law" {
        case "law":
            if depthRange != nil {
                throw InputError("--depth-range is for --shape free; add that, or give --depth")
            }
            return .law
        case "free":
            return .free(
                ShapeFreedom(
                    depthRange: try depthRange.map(range) ?? ShapeFreedom.widestDepthRange,
                    data: tokensPerParameter == nil ? .lossOptimal : .atLeastLaw))
        case let other: throw InputError("--shape \(other): write law or free")
        }
    }

    func lossModel() throws -> LossModel? {
        guard let loss else { return nil }
        if let known = LossModel.known.first(where: { $0.name == loss }) { return known }
        let parts = loss.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5 else {
            throw InputError(
                "--loss \(loss): write \(LossModel.known.map(\.name).joined(separator: ", ")), or five numbers "
                    + "E,A,alpha,B,beta such as 1.8172,482.01,0.3478,2085.43,0.3658")
        }
        let numbers = try parts.map { try OptionText.number("--loss", $0, in: NumberRange(0, 1e9)) }
        return try checkingInput {
            try LossModel(
                name: loss, irreducible: numbers[0],
                dense: LossModel.Terms(
                    parameterCoefficient: numbers[1], parameterExponent: numbers[2],
                    tokenCoefficient: numbers[3], tokenExponent: numbers[4]))
        }
    }

    func penalty() throws -> ShapePenalty {
        switch shapePenalty {
        // A range of depths is the alternative to a penalty.
        case nil: return depthRange == nil ? .kaplan : .none
        case "kaplan": return .kaplan
        case "none": return .none
        case let text?:
            let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                throw InputError(
                    "--shape-penalty \(text): write kaplan, none, or two numbers such as 0.12,0.09")
            }
            return try checkingInput {
                try ShapePenalty(
                    depth: try OptionText.number("--shape-penalty", parts[0], in: NumberRange(0, 1e3)),
                    ratio: try OptionText.number("--shape-penalty", parts[1], in: NumberRange(0, 1e3)))
            }
        }
    }

    func range(_ text: String) throws -> ClosedRange<Double> {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else {
            throw InputError("--depth-range \(text): write two numbers such as 0.5,2")
        }
        let range = NumberRange(1e-3, 1e3)
        let least = try OptionText.number("--depth-range", parts[0], in: range)
        let most = try OptionText.number("--depth-range", parts[1], in: range)
        guard least <= most else { throw InputError("--depth-range \(text): the range must rise") }
        return least...most
    }
}
