/// A mixed-integer linear model as a value: variables, rows between two numbers, and an objective.
///
///     var model = MixedIntegerModel(name: "knapsack")
///     let x = model.addBinary("x")
///     let y = model.addInteger("y", lower: 0, upper: 4)
///     model.addRow("capacity", 3 * x + 2 * y <= 7)
///     model.setObjective(.maximize, 5 * x + 3 * y)
///
/// Building never fails. Numbers and names are checked all at once by `validate()`, which every solver calls
/// before it starts.
public struct MixedIntegerModel: Hashable, Sendable {
    /// Name, for reports and the LP text only.
    public let name: String
    /// Variables in the order added.
    public private(set) var variables: [VariableDefinition] = []
    /// Rows in the order added.
    public private(set) var rows: [Row] = []
    /// What is minimised or maximised; minimise zero until set.
    public private(set) var objective = LinearObjective(sense: .minimize, expression: LinearExpression())
    /// Groups of binaries of which exactly one is 1, in the order added.
    public private(set) var oneHotGroups: [OneHotGroup] = []

    /// Makes a model without variables or rows.
    /// - Parameter name: for reports and the LP text only.
    public init(name: String) {
        self.name = name
    }

    // MARK: Variables

    /// Adds a variable that takes any real number between its bounds.
    /// - Parameters:
    ///   - name: unique among the variables.
    ///   - lower: least value, `-infinity` for none.
    ///   - upper: greatest value, `infinity` for none.
    /// - Returns: the handle to write expressions with.
    @discardableResult
    public mutating func addContinuous(
        _ name: String, lower: Double = 0, upper: Double = .infinity
    ) -> Variable {
        addVariable(name, kind: .continuous, lower: lower, upper: upper)
    }

    /// Adds a variable that takes any whole number between its bounds.
    /// - Parameters:
    ///   - name: unique among the variables.
    ///   - lower: least value, `-infinity` for none; fractions are rounded up.
    ///   - upper: greatest value, `infinity` for none; fractions are rounded down.
    /// - Returns: the handle to write expressions with.
    @discardableResult
    public mutating func addInteger(
        _ name: String, lower: Double = 0, upper: Double = .infinity
    ) -> Variable {
        addVariable(name, kind: .integer, lower: lower, upper: upper)
    }

    /// Adds a variable that is 0 or 1.
    /// - Parameter name: unique among the variables.
    /// - Returns: the handle to write expressions with.
    @discardableResult
    public mutating func addBinary(_ name: String) -> Variable {
        addVariable(name, kind: .binary, lower: 0, upper: 1)
    }

    /// Changes a variable's bounds, for instance to fix it.
    /// - Parameters:
    ///   - variable: one of this model.
    ///   - lower: least value, `-infinity` for none.
    ///   - upper: greatest value, `infinity` for none.
    public mutating func setBounds(of variable: Variable, lower: Double, upper: Double) {
        variables[variable.index].lower = lower
        variables[variable.index].upper = upper
    }

    // MARK: Rows

    /// Adds a row written with `<=`, `>=` or `==`.
    /// - Parameters:
    ///   - name: unique among the rows.
    ///   - relation: for instance `3 * x + y <= 10`.
    public mutating func addRow(_ name: String, _ relation: LinearRelation) {
        rows.append(Row(name: name, terms: relation.terms, lower: relation.lower, upper: relation.upper))
    }

    /// Adds a row that holds an expression between two numbers.
    /// - Parameters:
    ///   - name: unique among the rows.
    ///   - expression: its constant is taken off both sides.
    ///   - lower: least value of the expression, `-infinity` for none.
    ///   - upper: greatest value of the expression, `infinity` for none.
    public mutating func addRange(
        _ name: String, _ expression: LinearExpression, lower: Double, upper: Double
    ) {
        addRow(name, LinearRelation(expression, lower: lower, upper: upper))
    }

    /// Adds `count` binaries of which exactly one is 1: a choice among `count` options.
    ///
    /// The binaries are called `name_0`, `name_1` and so on, and the row that ties them is called `name`.
    /// - Parameters:
    ///   - name: unique among the rows.
    ///   - count: number of options, at least 1.
    /// - Returns: the group, whose `variables` are in the order of the options.
    @discardableResult
    public mutating func addOneHot(_ name: String, count: Int) -> OneHotGroup {
        precondition(count >= 1, "a choice needs at least one option")
        let members = (0..<count).map { addBinary("\(name)_\($0)") }
        let group = OneHotGroup(name: name, variables: members)
        addRow(name, LinearExpression(sumOf: members) == 1)
        oneHotGroups.append(group)
        return group
    }

    // MARK: Objective

    /// Sets what is minimised or maximised.
    /// - Parameters:
    ///   - sense: the direction.
    ///   - expression: the objective; its constant is part of every objective reported.
    public mutating func setObjective(_ sense: ObjectiveSense, _ expression: LinearExpression) {
        objective = LinearObjective(sense: sense, expression: expression)
    }

    private mutating func addVariable(
        _ name: String, kind: VariableKind, lower: Double, upper: Double
    ) -> Variable {
        variables.append(VariableDefinition(name: name, kind: kind, lower: lower, upper: upper))
        return Variable(index: variables.count - 1)
    }
}
