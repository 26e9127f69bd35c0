/// A share of a whole as a bar with its figure.
package struct Gauge {
    /// 0…1; what is outside is drawn as the nearest end.
    package var share: Double
    package var text: String
    package var style: Style

    package init(_ share: Double, text: String, style: Style = .plain) {
        self.share = share
        self.text = text
        self.style = style
    }

    package func draw(in canvas: inout Canvas) {
        let figure = CharacterWidth.columns(of: text)
        let width = max(0, canvas.size.width - (figure > 0 ? figure + 1 : 0))
        let filled = share.isFinite ? Int((min(1, max(0, share)) * Double(width)).rounded()) : 0
        canvas.fill(Rect(x: 0, y: 0, width: filled, height: 1), with: "█", style: style)
        canvas.fill(Rect(x: filled, y: 0, width: width - filled, height: 1), with: "░", style: .dim)
        canvas.text(text, x: width > 0 ? width + 1 : 0, y: 0)
    }
}
