package import TerminalUI

extension Canvas {
    /// The screen of a terminal that has no colours, or is asked for none.
    package var withoutColours: Canvas {
        var canvas = self
        canvas.restyle(canvas.bounds) { Style(.standard, $0.attributes) }
        return canvas
    }
}
