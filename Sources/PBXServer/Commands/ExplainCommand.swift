import ControlProtocol
import PBXModel

extension ExplainCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> RouteReport {
        let directory = await daemon.exchange.directory
        guard directory.extensions[from] != nil else { throw ControlFailure.noSuchExtension(from) }
        let decision = await daemon.exchange.explain(from: from, to: to)
        let destination =
            switch decision.destination {
            case .extensionNumber(let number): "extension \(number)"
            case .intercom(let number): "extension \(number), whose phones are asked to answer by themselves"
            case .ringGroup(let number): "ring group \(number)"
            case .echoTest: "echo test"
            case .speakingClock: "speaking clock"
            case .conference(let number): "conference \(number)"
            case .faxBox(let box): "fax box \(box.number)"
            case .park(let slot):
                slot.map { "parks what is transferred here, at \($0)" } ?? "parks what is transferred here"
            case .parkSlot(let slot): "the call that is parked at \(slot)"
            case .pickUpInGroup: "the call that rings in the caller's pickup group"
            case .pickUp(let number): "the call that rings at \(number)"
            case .changeSettings(.doNotDisturb(let isOn)):
                "the caller's own setting: do not disturb \(isOn ? "on" : "off")"
            case .changeSettings(.forwarding(let target)):
                "the caller's own setting: " + (target.map { "forward to \($0)" } ?? "no forwarding")
            case .changeSettings(.presence): "the caller's own setting: presence"
            case .release(let cause): "released: \(cause.row.phrase)"
            }
        let steps = decision.steps.map { RouteReport.Step(text: $0.text, origin: $0.origin?.description) }
        return RouteReport(from: from, to: to, destination: destination, steps: steps)
    }
}
