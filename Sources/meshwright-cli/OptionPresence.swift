/// Which options are given: what does not apply is refused by its presence, whatever its value.
enum OptionPresence {
    /// The names of those that are there, in order.
    static func names(_ options: [(name: String, isGiven: Bool)]) -> [String] {
        options.filter(\.isGiven).map(\.name)
    }

    /// Throws for the first of options that are given and do nothing.
    /// - Parameters:
    ///   - given: names of options.
    ///   - reason: the end of a sentence that begins with the option.
    /// - Throws: `InputError` naming it.
    static func refuse(_ given: [String], _ reason: String) throws {
        if let first = given.first { throw InputError("\(first) \(reason)") }
    }
}
