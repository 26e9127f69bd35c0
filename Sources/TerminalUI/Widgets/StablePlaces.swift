/// A few numbered places for calls or whatever else comes and goes. Who has a place keeps it until the end, so that
/// hands can learn it; what finds none waits outside and takes the first that is free.
package struct StablePlaces<ID: Hashable & Sendable>: Hashable, Sendable {
    /// nil is a free place.
    package private(set) var places: [ID?]
    /// Those without a place, oldest first.
    package private(set) var waiting: [ID] = []

    package init(count: Int) { places = Array(repeating: nil, count: max(0, count)) }

    /// Makes the places fit those that are there, oldest first.
    package mutating func settle(_ present: [ID]) {
        let there = Set(present)
        for index in places.indices {
            if let id = places[index], !there.contains(id) { places[index] = nil }
        }
        let placed = Set(places.compactMap(\.self))
        waiting = present.filter { !placed.contains($0) }
        while !waiting.isEmpty, let free = places.firstIndex(of: nil) { places[free] = waiting.removeFirst() }
    }

    package func place(of id: ID) -> Int? { places.firstIndex(of: id) }
}
