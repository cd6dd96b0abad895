import Optimization
import Quantities
import ScalingModel

extension PricedPlan {
    /// The accelerators that are or must be given, and those used where they are fewer.
    public var accelerators: String {
        let given = Readable.count(gpusGiven)
        return idleGPUs > 0 ? "\(given) (\(Readable.count(gpus)) used)" : given
    }
}
