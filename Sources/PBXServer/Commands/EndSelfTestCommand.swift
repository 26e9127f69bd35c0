import ControlProtocol

extension EndSelfTestCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Done {
        guard await daemon.exchange.endSelfTest(testId) else {
            throw ControlFailure(
                .noSuchSelfTest, "no self-test \"\(testId)\"", hint: "it may have expired; begin another")
        }
        return Done()
    }
}
