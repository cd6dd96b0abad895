import Files
import Foundation
import Testing
import Training

/// Models as older versions wrote them into the JSON of plans.
@Suite struct OlderModelTests {
    /// Keys that came later, by the value that stands for their absence.
    private static let later = [
        "outputGate": "absent", "sharedGate": "absent", "routerBias": "absent", "form": "sliding",
    ]

    /// An object without the keys that came later where they say nothing.
    private static func stripped(_ value: Any) -> Any {
        if let list = value as? [Any] { return list.map(stripped) }
        guard let object = value as? [String: Any] else { return value }
        return object.filter { later[$0.key] == nil || later[$0.key] != $0.value as? String }
            .mapValues(stripped)
    }

    @Test("What a model leaves out is absent", arguments: ModelCatalogue.names)
    func absentKeys(name: String) throws {
        let model = try ModelCatalogue.entry(name).model
        let whole = try JSONSerialization.jsonObject(with: JSONEncoder().encode(model))
        let older = try JSONSerialization.data(withJSONObject: Self.stripped(whole))
        #expect(try JSONDecoder().decode(Transformer.self, from: older) == model)
    }
}
