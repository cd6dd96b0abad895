import Quantities

/// Something that takes input from outside, as the fuzzer calls it.
struct FuzzTarget: Sendable {
    /// What became of an input.
    enum Outcome {
        /// It was read, or answered.
        case accepted
        /// It was refused with a message.
        case refused
    }

    /// Name of the target and of its folder of seeds.
    let name: String
    /// Words that bring a mutation to where things happen.
    let dictionary: [String]
    /// Takes one input.
    let run: @Sendable ([UInt8]) async throws -> Outcome

    /// A target that reads text.
    init(_ name: String, dictionary: [String], reading read: @escaping @Sendable (String) throws -> Void) {
        self.init(name, dictionary: dictionary) { bytes in
            // What is no UTF-8 is refused by the reader of files before any parser sees it.
            guard let text = String(validating: bytes, as: UTF8.self) else { return .refused }
            do {
                try read(text)
                return .accepted
            } catch {
                try FuzzFault.check(message: "\(error)")
                return .refused
            }
        }
    }

    /// A target of its own kind.
    init(_ name: String, dictionary: [String], run: @escaping @Sendable ([UInt8]) async throws -> Outcome) {
        self.name = name
        self.dictionary = dictionary
        self.run = run
    }
}

/// What no input may bring about.
struct FuzzFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// A message must be one line of bounded length that no terminal obeys.
    static func check(message: String) throws {
        let shown = Shown.line(message)
        guard !message.isEmpty, message.unicodeScalars.count < 8000 else {
            throw FuzzFault("a message of \(message.count) characters")
        }
        guard !shown.contains("\n"), Shown.firstControl(in: shown) == nil else {
            throw FuzzFault("a message of several lines or with control characters: \(shown)")
        }
    }

    /// A number that was accepted must be one that can be computed with.
    static func check(number: Double, of text: String) throws {
        guard number.isFinite || text.lowercased().contains("inf") else {
            throw FuzzFault("'\(Shown.line(text))' was read as \(number)")
        }
    }
}
