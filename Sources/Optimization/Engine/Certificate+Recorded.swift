extension Certificate {
    /// What was proved of a point that is read back; how its leaves were discarded is not known any more.
    /// - Parameters:
    ///   - isOptimal: whether the plan was proved to be the best.
    ///   - spaceSize: complete assignments in the space.
    /// - Returns: the certificate without a bound and without counts.
    public static func recorded(isOptimal: Bool, spaceSize: Int) -> Certificate {
        var account = LeafAccount.empty
        account.spaceSize = spaceSize
        return Certificate(
            engine: "enumerate", isOptimal: isOptimal, bound: nil, account: account, searches: 0, gap: nil)
    }
}
