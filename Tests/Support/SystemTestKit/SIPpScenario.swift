/// A SIPp scenario, written step by step.
package struct SIPpScenario: Sendable {
    package let name: String
    private var steps: [String] = []

    package init(_ name: String) { self.name = name }

    /// Sends `message`; lines are as on the wire, without indentation. Retransmits unless told otherwise.
    package func sending(_ message: String, retransmits: Bool = true) -> SIPpScenario {
        adding("<send\(retransmits ? " retrans=\"500\"" : "")><![CDATA[\n\(message)\n]]></send>")
    }

    package func receiving(
        response status: Int, optional: Bool = false, authenticates: Bool = false, makesDialog: Bool = false,
        milliseconds: Int = 10_000
    ) -> SIPpScenario {
        let condition = optional ? "optional=\"true\"" : "timeout=\"\(milliseconds)\""
        let more = (authenticates ? " auth=\"true\"" : "") + (makesDialog ? " rrs=\"true\"" : "")
        return adding("<recv response=\"\(status)\" \(condition)\(more)/>")
    }

    package func receiving(request method: String, milliseconds: Int = 30_000) -> SIPpScenario {
        adding("<recv request=\"\(method)\" timeout=\"\(milliseconds)\"/>")
    }

    package func pausing(milliseconds: Int) -> SIPpScenario { adding("<pause milliseconds=\"\(milliseconds)\"/>") }

    package var xml: String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE scenario SYSTEM "sipp.dtd">
        <scenario name="\(name)">
        \(steps.joined(separator: "\n"))
        </scenario>

        """
    }

    private func adding(_ step: String) -> SIPpScenario {
        var next = self
        next.steps.append(step)
        return next
    }
}
