import PhoneApp
import Testing

@Suite struct WatchedDialogsTests {
    private func body(
        _ version: Int, _ state: String = "full", _ dialogs: (id: String, state: String, direction: String)...
    ) -> ArraySlice<UInt8> {
        let elements = dialogs.map { dialog in
            """
            <dialog id="\(dialog.id)" call-id="x" direction="\(dialog.direction)"><state>\(dialog.state)</state>
            <remote><identity display="Bob &amp; Eve">sip:103@pbx.example</identity><target uri="sip:x"/></remote>
            </dialog>
            """
        }
        let text = """
            <?xml version="1.0"?>
            <!-- a comment with <dialog> in it -->
            <dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="\(version)" state="\(state)"
             entity="sip:102@pbx.example">\(elements.joined())</dialog-info>
            """
        return Array(text.utf8)[...]
    }

    @Test(
        "the lamp follows the calls",
        arguments: [
            ("early", "recipient", LampState.ringing), ("trying", "recipient", .ringing),
            ("confirmed", "recipient", .busy), ("early", "initiator", .busy), ("terminated", "recipient", .idle),
        ])
    func lamp(state: String, direction: String, lamp: LampState) {
        var dialogs = WatchedDialogs()
        _ = dialogs.take(body(0, "full", ("a", state, direction)))
        #expect(dialogs.lamp == lamp)
    }

    @Test("who calls is read with its name")
    func peer() {
        var dialogs = WatchedDialogs()
        _ = dialogs.take(body(0, "full", ("a", "early", "recipient")))
        #expect(dialogs.peer == PhonePeer(name: "Bob & Eve", number: "103", uri: "sip:103@pbx.example"))
    }

    @Test("parts change what is known, and a whole replaces it")
    func parts() {
        var dialogs = WatchedDialogs()
        _ = dialogs.take(body(1, "full", ("a", "confirmed", "initiator"), ("b", "early", "recipient")))
        _ = dialogs.take(body(2, "partial", ("a", "terminated", "initiator")))
        #expect(dialogs.lamp == .ringing)
        let isOldTaken = dialogs.take(body(1, "partial", ("b", "terminated", "recipient")))
        #expect(!isOldTaken)
        #expect(dialogs.lamp == .ringing)
        _ = dialogs.take(body(3))
        #expect(dialogs.lamp == .idle)
    }

    @Test(
        "what is no dialog-info changes nothing",
        arguments: ["", "<", "<a", "<a b=", "<a b='", "<presence/>", "<!--", "<?", "</", "<a/></a></b>", "&&<&>"])
    func garbage(text: String) {
        var dialogs = WatchedDialogs()
        _ = dialogs.take(body(0, "full", ("a", "confirmed", "recipient")))
        let isTaken = dialogs.take(Array(text.utf8)[...])
        #expect(!isTaken)
        #expect(dialogs.lamp == .busy)
    }
}
