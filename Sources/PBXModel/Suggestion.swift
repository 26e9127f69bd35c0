/// The candidate that was probably meant by a misspelt name, or nil when none is near. Letter case does not count;
/// among equally near numbers the one that is nearest in value wins.
package func suggestion(for name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(name.lowercased())
    guard !wanted.isEmpty, wanted.count <= suggestionLettersMax else { return nil }
    let distanceMax = min(3, max(1, wanted.count / 3))
    var best: (distance: Int, gap: Int, name: String)?
    for candidate in candidates {
        let letters = Array(candidate.lowercased())
        guard abs(letters.count - wanted.count) <= distanceMax else { continue }
        let distance = editDistance(wanted, letters)
        guard distance <= distanceMax else { continue }
        let gap = numericGap(name, candidate)
        let rank = (distance: distance, gap: gap, name: candidate)
        if let best, (best.distance, best.gap, best.name) <= rank { continue }
        best = rank
    }
    return best?.name
}

/// ` (did you mean 111?)`, or nothing.
package func didYouMean(_ name: String, among candidates: some Sequence<String>) -> String {
    suggestion(for: name, among: candidates).map { " (did you mean \($0)?)" } ?? ""
}

private let suggestionLettersMax = 64

private func numericGap(_ left: String, _ right: String) -> Int {
    guard let left = Int(left), let right = Int(right) else { return 0 }
    return Int(
        clamping: left.magnitude > right.magnitude ? left.magnitude - right.magnitude : right.magnitude - left.magnitude
    )
}

/// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 0..<left.count {
        var current = [row + 1]
        current.reserveCapacity(right.count + 1)
        for column in 0..<right.count {
            let isSame = left[row] == right[column]
            var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (isSame ? 0 : 1))
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                cost = min(cost, beforeLast[column - 1] + 1)
            }
            current.append(cost)
        }
        beforeLast = last
        last = current
    }
    return last[right.count]
}
