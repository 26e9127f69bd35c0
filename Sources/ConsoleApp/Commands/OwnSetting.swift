import ControlProtocol

/// What a receptionist sets of the own extension.
package enum OwnSetting: Hashable, Sendable {
    /// nil: the other way round.
    case doNotDisturb(Bool?)
    /// nil: calls are not forwarded any more.
    case forwarding(String?)
    /// nil: nothing is said any more.
    case presence(String?)
}
