/// What models of older versions leave out: a part that came later is absent, and windows slid.
///
/// The conformances to `Decodable` that the compiler makes in this module choose these over the ones for any value.
extension KeyedDecodingContainer {
    func decode(_ type: Presence.Type, forKey key: Key) throws -> Presence {
        try decodeIfPresent(type, forKey: key) ?? .absent
    }

    func decode(_ type: SlidingWindow.Form.Type, forKey key: Key) throws -> SlidingWindow.Form {
        try decodeIfPresent(type, forKey: key) ?? .sliding
    }
}
