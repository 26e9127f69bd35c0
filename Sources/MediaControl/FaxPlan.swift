/// What a port does in a call whose fax packets (T.38 over UDPTL) have taken the place of RTP on at least one side.
package enum FaxPlan: Hashable, Sendable {
    /// The peer's fax packets go to the sink's peer as they are, and the other way round.
    case passedOn
    /// The peer's fax packets become sound for the sink's peer, and its sound becomes fax packets: as these parameters
    /// say. The sink's plan says `line`.
    case gateway(FaxParameters)
    /// The peer speaks sound; its sink's plan says `gateway`.
    case line
    /// A fax machine of ours is at the other end, of the peer's sound, or of its fax packets when there are parameters.
    case machine(FaxParameters?)
}
