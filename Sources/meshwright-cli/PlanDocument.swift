import Files
import Foundation
import Quantities
import Training

/// The JSON that `plan` writes for a transformer, as far as others read it.
package struct PlanDocument {
    /// What a launch configuration is made of.
    package let request: LaunchRequest

    private struct Contents: Decodable {
        struct Inputs: Decodable {
            let model: Transformer
            let precision: TrainingPrecision
            let optimizer: TrainingOptimizer?
            let trained: String?
            let conduct: Lenient<SoftwareConduct>?
            let kernels: Lenient<KernelSet>?
            let hardware: Lenient<Hardware>?
        }
        struct Hardware: Decodable {
            struct Level: Decodable { let size: Int? }
            let name: String
            let network: [Level]
        }
        struct Answer: Decodable {
            let layout: TrainingLayout
            /// The model where its shape was searched.
            let model: Transformer?
        }
        let inputs: Inputs
        let answer: Answer
    }

    /// A value, or nothing where it was written by a version that had others.
    private struct Lenient<Value: Decodable>: Decodable {
        let value: Value?

        init(from decoder: any Decoder) throws { value = try? Value(from: decoder) }
    }

    /// Reads a plan.
    package init(text: String, place: String) throws {
        let contents: Contents
        do { contents = try JSONDecoder().decode(Contents.self, from: Data(text.utf8)) } catch {
            throw InputError(
                "\(place): is not the JSON of a feasible plan for a transformer\(Self.fault(error, in: text)); "
                    + "write one with plan --model NAME --format json")
        }
        let model = contents.answer.model ?? contents.inputs.model
        do { try model.validate() } catch { throw InputError("\(place): \(error)") }
        guard let trained = TrainedWeights(text: contents.inputs.trained ?? "all") else {
            throw InputError(
                "\(place): inputs.trained is \(Shown.value(contents.inputs.trained ?? "")); all or lora=16 is "
                    + "what plan writes")
        }
        let machine = contents.inputs.hardware?.value
        request = LaunchRequest(
            model: model, layout: contents.answer.layout,
            precision: contents.inputs.precision, optimizer: contents.inputs.optimizer ?? .adam,
            conduct: Self.conduct(contents.inputs),
            architecture: machine.flatMap { try? HardwareCatalogue.entry($0.name).machine.architecture },
            ranksPerNode: LaunchRequest.ranksPerNode(ofDomain: machine?.network.first?.size),
            domain: machine?.network.first?.size, trained: trained)
    }

    /// Where a text is no plan: its line where it is no JSON, else the member that is missing or of another kind.
    private static func fault(_ error: any Error, in text: String) -> String {
        guard let error = error as? DecodingError else { return "" }
        switch error {
        case .keyNotFound(let key, let context): return ": \(path(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return context.codingPath.isEmpty
                ? "" : ": \(path(context.codingPath)) is of another kind than plan writes"
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            return TextFile.faultyLine(ofJSON: text).map { ": line \($0) is not well-formed" } ?? ""
        case .dataCorrupted(let context): return ": \(path(context.codingPath)) has a value that is not known"
        @unknown default: return ""
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map { $0.intValue.map { "\($0)" } ?? $0.stringValue }.joined(separator: ".")
    }

    /// What the software of the plan does, with the kernels that the question states.
    private static func conduct(_ inputs: Contents.Inputs) -> SoftwareConduct? {
        guard var conduct = inputs.conduct?.value else { return nil }
        if let kernels = inputs.kernels?.value { conduct.kernels = kernels }
        return conduct
    }
}
