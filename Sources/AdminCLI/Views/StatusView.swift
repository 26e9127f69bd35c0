package import ControlProtocol

/// `pbxctl status` for people.
package enum StatusView {
    package static func text(_ report: StatusReport, _ context: ViewContext) -> String {
        let demo = report.isDemo ? " (demo)" : ""
        let up = ViewContext.span(seconds: report.uptimeSeconds)
        var lines = ["pbxd \(report.version)\(demo), pid \(report.pid), up \(up)".coloured(.heading, context)]
        func add(_ name: String, _ value: String) {
            lines.append("  \(name)\(String(repeating: " ", count: 15 - name.count))\(value)")
        }
        let loaded = context.local(report.configurationLoadedAt)
        add("configuration", "\(report.configuration), loaded \(loaded), \(report.extensions) numbers")
        add("calls", "\(report.calls) up of at most \(report.callsMax), \(report.callsTotal) since the start")
        add("registrations", "\(report.registrations) of at most \(report.registrationsMax)")
        add("transactions", "\(report.transactions)")
        add("media ports", "\(report.mediaPortsFree) of \(report.mediaPorts) free")
        add("call records", report.recordBacklog == 0 ? "all durable" : "\(report.recordBacklog) wait for the disk")
        add("memory", "\(report.rssBytes / 1_048_576) MiB")
        add("log level", report.logLevel)
        if report.listeners.isEmpty { add("listening", "nowhere".coloured(.bad, context)) }
        for (index, listener) in report.listeners.enumerated() {
            add(index == 0 ? "listening" : "", "\(listener.transport) \(listener.address)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
