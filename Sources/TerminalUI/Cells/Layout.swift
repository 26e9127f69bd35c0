/// How much of a row or a column one part of it gets.
package enum Length: Hashable, Sendable {
    /// So many cells, as long as there are as many.
    case fixed(Int)
    /// So many cells, and an equal share of what nobody else wants.
    case atLeast(Int)
    /// This share of what fixed parts and minima leave, in proportion to the other shares.
    case share(Double)
}

extension Rect {
    /// Parts from top to bottom, without gaps and never beyond this rectangle; earlier parts get space first.
    package func rows(_ lengths: [Length]) -> [Rect] {
        var y = y
        return Self.divide(height, into: lengths).map { height in
            defer { y += height }
            return Rect(x: x, y: y, width: width, height: height)
        }
    }

    /// Parts from left to right with `gap` empty columns between them.
    package func columns(_ lengths: [Length], gap: Int = 0) -> [Rect] {
        var x = x
        let gaps = gap * max(0, lengths.count - 1)
        return Self.divide(max(0, width - gaps), into: lengths).map { width in
            let part = Rect(x: x, y: y, width: width, height: height).intersection(self)
            x += width + gap
            return part
        }
    }

    /// Cells for each length; the sum is at most `total`, and equals it when a part can grow.
    static func divide(_ total: Int, into lengths: [Length]) -> [Int] {
        var rest = max(0, total)
        var sizes = lengths.map { length -> Int in
            switch length {
            case .fixed(let cells), .atLeast(let cells):
                let size = min(max(0, cells), rest)
                rest -= size
                return size
            case .share: return 0
            }
        }
        let weights = lengths.map { length -> Double in
            switch length {
            case .fixed: 0
            case .atLeast: lengths.contains(where: \.isShare) ? 0 : 1
            case .share(let share): share.isFinite ? max(0, share) : 0
            }
        }
        var weightLeft = weights.reduce(0, +)
        for index in sizes.indices where weights[index] > 0 && rest > 0 {
            let extra = weightLeft > 0 ? min(rest, Int((Double(rest) * weights[index] / weightLeft).rounded())) : 0
            sizes[index] += extra
            rest -= extra
            weightLeft -= weights[index]
        }
        return sizes
    }
}

extension Length {
    fileprivate var isShare: Bool {
        if case .share = self { true } else { false }
    }
}
