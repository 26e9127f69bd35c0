package import PBXModel

/// The receptionist's six places for calls. A call keeps its place until it ends, so that hands can learn it; what
/// finds no place waits outside and takes the first that is free.
package struct CallLoops: Hashable, Sendable {
    package static let count = 6

    /// Identities of calls; nil is a free place.
    package private(set) var places: [String?] = Array(repeating: nil, count: count)
    /// Calls without a place, oldest first.
    package private(set) var waiting: [String] = []

    package init() {}

    /// Makes the places fit the calls that are up and ours, oldest first.
    package mutating func settle(_ calls: [CallSnapshot]) {
        let up = Set(calls.map(\.callId))
        for index in places.indices {
            if let call = places[index], !up.contains(call) { places[index] = nil }
        }
        let placed = Set(places.compactMap(\.self))
        waiting = calls.map(\.callId).filter { !placed.contains($0) }
        while !waiting.isEmpty, let free = places.firstIndex(of: nil) { places[free] = waiting.removeFirst() }
    }

    package func place(of callID: String) -> Int? { places.firstIndex(of: callID) }
}

extension CallSnapshot {
    /// Whether a phone of this number is in the call, or is called or rung by it.
    package func involves(_ number: String) -> Bool {
        from == number || to == number || answeredBy == number || legs.contains { $0.number == number }
    }
}
