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
        response status: Int, optional: Bool = false, authenticates: Bool = false, milliseconds: Int = 10_000
    ) -> SIPpScenario {
        let condition = optional ? "optional=\"true\"" : "timeout=\"\(milliseconds)\""
        let more = authenticates ? " auth=\"true\"" : ""
        return adding("<recv response=\"\(status)\" rrs=\"true\" \(condition)\(more)/>")
    }

    package func receiving(request method: String, milliseconds: Int = 30_000) -> SIPpScenario {
        adding("<recv request=\"\(method)\" rrs=\"true\" timeout=\"\(milliseconds)\"/>")
    }

    package func pausing(milliseconds: Int) -> SIPpScenario { adding("<pause milliseconds=\"\(milliseconds)\"/>") }

    /// Which header of the last message received must hold `text`.
    package func receiving(
        response status: Int, header: String, matching expression: String
    ) -> SIPpScenario {
        adding(
            """
            <recv response="\(status)" rrs="true" timeout="10000"><action>
            <ereg regexp="\(expression)" search_in="hdr" header="\(header):" check_it="true" assign_to="1"/>
            </action></recv><Reference variables="1"/>
            """)
    }

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
