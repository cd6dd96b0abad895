import Files
import Foundation
import Training

/// The JSON that `plan` writes for a transformer, as far as others read it.
package struct PlanDocument {
    /// What a launch configuration is made of.
    package let request: LaunchRequest

    private struct Contents: Decodable {
        struct Inputs: Decodable {
            let model: Transformer
            let precision: TrainingPrecision
        }
        struct Answer: Decodable {
            let layout: TrainingLayout
        }
        let inputs: Inputs
        let answer: Answer
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
        request = LaunchRequest(
            model: contents.inputs.model, layout: contents.answer.layout,
            precision: contents.inputs.precision)
    }
}
