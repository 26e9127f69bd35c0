/// The candidate that `text` most likely meant: fewest edits (insert, delete, replace, swap of neighbours), at most one
/// for every three characters of the text; nil when nothing is that near. Letter case does not count.
package func nearest(to text: String, in candidates: some Sequence<String>) -> String? {
    let wanted = Array(text.lowercased().utf8)
    guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
    var best: (name: String, edits: Int)?
    for candidate in candidates {
        let edits = editDistance(wanted, Array(candidate.lowercased().utf8))
        if edits <= max(1, wanted.count / 3), edits < best?.edits ?? .max { best = (candidate, edits) }
    }
    return best?.name
}

/// Optimal string alignment distance, three rows at a time.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 0..<left.count {
        var current = [row + 1]
        current.reserveCapacity(right.count + 1)
        for column in 0..<right.count {
            let isSame = left[row] == right[column]
            var edits = min(last[column] + (isSame ? 0 : 1), last[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                edits = min(edits, beforeLast[column - 1] + 1)
            }
            current.append(edits)
        }
        beforeLast = last
        last = current
    }
    return last[right.count]
}
