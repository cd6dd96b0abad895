import Foundation

extension JSONValue {
    /// Any encodable value as a document; what cannot be encoded becomes its description.
    /// - Parameter value: a value of plain data.
    init(describing value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "infinite", negativeInfinity: "-infinite", nan: "nan")
        guard let data = try? encoder.encode(value),
            let object = try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
        else {
            self = .text("\(value)")
            return
        }
        self = JSONValue(foundation: object)
    }

    private init(foundation object: Any) {
        switch object {
        case let members as [String: Any]: self = .object(members.mapValues { JSONValue(foundation: $0) })
        case let items as [Any]: self = .array(items.map { JSONValue(foundation: $0) })
        case let text as String: self = .text(text)
        case let number as NSNumber:
            // Foundation keeps true and false as numbers whose type is a single byte.
            if number.objCType.pointee == 99 {
                self = .flag(number.boolValue)
            } else if let integer = Int(exactly: number.doubleValue) {
                self = .integer(integer)
            } else {
                self = .number(number.doubleValue)
            }
        default: self = .null
        }
    }
}
