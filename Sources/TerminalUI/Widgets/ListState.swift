/// Where a user stands in a list of any kind. What is visible follows from it and the space there is.
package struct ListState: Hashable, Sendable {
    package private(set) var selected: Int

    package init(selected: Int = 0) { self.selected = max(0, selected) }

    package mutating func move(by rows: Int, count: Int) {
        selected = min(max(0, selected + rows), max(0, count - 1))
    }

    package mutating func select(_ row: Int, count: Int) { selected = min(max(0, row), max(0, count - 1)) }

    /// The row that counts when the list has `count` rows now; nil when it is empty.
    package func row(of count: Int) -> Int? { count > 0 ? min(selected, count - 1) : nil }

    /// Rows to draw: as many as fit, with the selected one near the middle.
    package func visible(count: Int, height: Int) -> Range<Int> {
        guard count > 0, height > 0 else { return 0..<0 }
        let selected = min(self.selected, count - 1)
        let first = max(0, min(selected - height / 2, count - height))
        return first..<min(count, first + height)
    }
}
