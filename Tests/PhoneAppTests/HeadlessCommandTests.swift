import PhoneApp
import Testing

@Suite struct HeadlessCommandTests {
    @Test(arguments: [
        ("call 102", HeadlessCommand.phone(.call("102", account: nil))),
        ("call sip:bob@192.0.2.1:5070", .phone(.call("sip:bob@192.0.2.1:5070", account: nil))),
        ("answer", .phone(.answer(nil))),
        ("HANGUP #2", .phone(.hangUp(LineNumber(2)))),
        ("digits 12*#", .phone(.digits("12*#", .media, nil))),
        ("digits #3", .phone(.digits("#3", .media, nil))),
        ("digits #2 #3", .phone(.digits("#3", .media, LineNumber(2)))),
        ("info #1 5", .phone(.digits("5", .info, LineNumber(1)))),
        ("transfer #1 103", .phone(.transfer(LineNumber(1), to: "103"))),
        ("connect #1 #2", .phone(.connect(LineNumber(1), LineNumber(2)))),
        ("join", .phone(.join([]))),
        ("join #1 #2 #3", .phone(.join([LineNumber(1), LineNumber(2), LineNumber(3)]))),
        ("record /tmp/a b.wav", .phone(.record("/tmp/a b.wav", nil))),
        ("volume speaker 80", .phone(.volume(.speaker, .to(80)))),
        ("volume microphone +5", .phone(.volume(.microphone, .by(5)))),
        ("volume microphone -10", .phone(.volume(.microphone, .by(-10)))),
        ("volume speaker mute", .phone(.muteSpeaker(true))),
        ("volume microphone unmute", .phone(.mute(false))),
        ("watch 102", .phone(.watch("102", account: nil))),
        ("unwatch sip:bob@192.0.2.1", .phone(.unwatch("sip:bob@192.0.2.1"))),
        ("levels on", .phone(.levels(true))),
        ("quit", .quit),
    ])
    func readsALine(text: String, command: HeadlessCommand) throws {
        #expect(try HeadlessCommand.read(text) == command)
    }

    @Test(arguments: ["", "   ", "// nothing"])
    func passesOverWhatIsNoCommand(text: String) throws {
        #expect(try HeadlessCommand.read(text) == nil)
    }

    @Test(arguments: [
        "dance", "call", "connect #1", "hold #1 #2", "quit now", "digits", "volume", "volume 80", "volume speaker loud",
        "volume speaker 99999999999999999999", "levels maybe",
    ])
    func refusesWhatItDoesNotUnderstand(text: String) {
        #expect(throws: HeadlessSyntaxError.self) { try HeadlessCommand.read(text) }
    }
}
