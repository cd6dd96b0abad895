import Training

/// Which term binds a plan: the one whose removal alone shortens it most.
enum Binding {
    /// The name of the binding term.
    ///
    /// Each term is idealized alone (an infinite rate, no latency, no bubble) and the same plan priced again;
    /// the earlier of equals in ``IdealizedTerms/named`` wins.
    static func term(of plan: Plan, model: StepModel) -> String {
        var least = Double.infinity
        var binding = IdealizedTerms.named[0].name
        for (term, name) in IdealizedTerms.named {
            let idealized = StepModel(
                machine: model.machine, shape: model.shape, batchTokens: model.batchTokens,
                settings: model.settings, idealized: term)
            let step = idealized.price(plan).step
            if step < least {
                least = step
                binding = name
            }
        }
        return binding
    }
}
