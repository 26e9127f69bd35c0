package import PBXModel
import TerminalUI

/// The receptionist's six places for calls, by the calls' identities.
package struct CallLoops: Hashable, Sendable {
    package static let count = 6

    private var loops = StablePlaces<String>(count: count)

    package init() {}

    /// Identities of calls; nil is a free place.
    package var places: [String?] { loops.places }
    /// Calls without a place, oldest first.
    package var waiting: [String] { loops.waiting }

    /// Makes the places fit the calls that are up and ours, oldest first.
    package mutating func settle(_ calls: [CallSnapshot]) { loops.settle(calls.map(\.callId)) }

    package func place(of callID: String) -> Int? { loops.place(of: callID) }
}

extension CallSnapshot {
    /// Whether a phone of this number is in the call, or is called or rung by it; or gave it away, and nobody has taken
    /// it yet. A parked call waits at its slot.
    package func involves(_ number: String) -> Bool {
        legs.contains { $0.number == number } || parkedAt == nil && handedOverBy == number
    }

    /// Whether a phone of this number rings for it, and can be told to answer.
    package func rings(at number: String) -> Bool { ringingLegs.contains { $0.number == number } }

    /// Where it rings.
    package var ringingLegs: [LegSnapshot] { legs.filter { $0.state == "calling" || $0.state == "ringing" } }
}
