/// Changed cells beside each other that look alike: what is sent to a terminal.
package struct CellRun: Hashable, Sendable {
    package var x: Int
    package var y: Int
    package var style: Style
    package var characters: [Character]
    /// Columns that it covers.
    package var columns: Int

    package init(x: Int, y: Int, style: Style, characters: [Character], columns: Int) {
        self.x = x
        self.y = y
        self.style = style
        self.characters = characters
        self.columns = columns
    }
}

extension CellBuffer {
    /// What turns `old` on a terminal into this: only cells that differ, row by row from the left. With another size
    /// everything differs.
    package func changes(from old: CellBuffer?) -> [CellRun] {
        let before = old.flatMap { $0.size == size ? $0 : nil }
        var runs: [CellRun] = []
        for y in 0..<size.height { appendChanges(row: y, from: before, to: &runs) }
        return runs
    }

    /// Applies runs, as a terminal would.
    package mutating func apply(_ runs: [CellRun]) {
        for run in runs {
            var x = run.x
            for character in run.characters {
                let columns = CharacterWidth.columns(of: character)
                put(character, columns: columns, style: run.style, x: x, y: run.y)
                x += columns
            }
        }
    }

    private func appendChanges(row y: Int, from old: CellBuffer?, to runs: inout [CellRun]) {
        var open: CellRun?
        for x in 0..<size.width {
            let cell = self[x, y]
            if cell.columns == 0 { continue }
            let isSame = old.map { isUnchanged($0, x: x, y: y, cell: cell) } ?? false
            if isSame {
                if let run = open { runs.append(run) }
                open = nil
                continue
            }
            if let run = open, run.style != cell.style {
                runs.append(run)
                open = nil
            }
            var run = open ?? CellRun(x: x, y: y, style: cell.style, characters: [], columns: 0)
            run.characters.append(cell.character)
            run.columns += Int(cell.columns)
            open = run
        }
        if let run = open { runs.append(run) }
    }

    private func isUnchanged(_ old: CellBuffer, x: Int, y: Int, cell: Cell) -> Bool {
        cell == old[x, y] && (cell.columns == 1 || self[x + 1, y] == old[x + 1, y])
    }
}
