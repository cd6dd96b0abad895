import Files
import Foundation
import Training

/// The JSON that `plan` writes for a transformer, as far as others read it.
package struct PlanDocument {
    /// What a launch configuration is made of.
    package let request: LaunchRequest
    /// Whether the run trains all weights; a launch configuration says nothing else.
    package let trainsAll: Bool

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
                "\(place): is not the JSON of a feasible plan for a transformer; "
                    + "write one with plan --model NAME --format json")
        }
        do { try contents.inputs.model.validate() } catch { throw InputError("\(place): \(error)") }
        trainsAll = contents.inputs.trained ?? "all" == "all"
        let machine = contents.inputs.hardware?.value
        request = LaunchRequest(
            model: contents.inputs.model, layout: contents.answer.layout,
            precision: contents.inputs.precision, optimizer: contents.inputs.optimizer ?? .adam,
            conduct: Self.conduct(contents.inputs),
            architecture: machine.flatMap { try? HardwareCatalogue.entry($0.name).machine.architecture },
            ranksPerNode: LaunchRequest.ranksPerNode(ofDomain: machine?.network.first?.size))
    }

    /// What the software of the plan does, with the kernels that the question states.
    private static func conduct(_ inputs: Contents.Inputs) -> SoftwareConduct? {
        guard var conduct = inputs.conduct?.value else { return nil }
        if let kernels = inputs.kernels?.value { conduct.kernels = kernels }
        return conduct
    }
}
