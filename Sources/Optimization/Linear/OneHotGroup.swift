/// Binaries of which exactly one is 1.
public struct OneHotGroup: Hashable, Sendable {
    /// Name of the row that ties them.
    public let name: String
    /// The binaries, in the order of the options.
    public let variables: [Variable]

    /// The option chosen at a point.
    /// - Parameter values: one value a variable of the model, in its order.
    /// - Returns: the place in `variables` of the one that rounds to 1; nil if none or several do.
    public func chosenOption(at values: [Double]) -> Int? {
        var chosen: Int?
        for (option, variable) in variables.enumerated() where values[variable.index].rounded() == 1 {
            if chosen != nil { return nil }
            chosen = option
        }
        return chosen
    }

    /// The expression that takes the cost of whichever option is chosen.
    /// - Parameter costs: one a option, in the order of the options.
    /// - Returns: the sum of cost times binary.
    public func expression(costs: [Double]) -> LinearExpression {
        LinearExpression(variables, weights: costs)
    }
}
