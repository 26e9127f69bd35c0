import PBXBase
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// Phones that send a call elsewhere (3xx): followed to numbers here that the caller may dial, and nowhere else.
@Suite struct RedirectTests {
    private let office = Office()
    private let caller: Desk
    private let callee: Desk

    init() {
        caller = office.desk("101")
        callee = office.desk("102")
    }

    @Test func `a number here is called in its place`() {
        let other = office.desk("103")
        caller.calls("102")
        callee.forwards(to: "<sip:103@pbx.example>")
        #expect(caller.statuses == [401, 181])
        other.picksUp()
        #expect(caller.state == .established)
        caller.hangsUp()
        #expect(office.record?.answeredBy == "103")
        #expect(office.record?.routeSteps.contains { $0.contains("phone of 102 forwards to \"103\"") } == true)
        office.close()
    }

    @Test func `so is a phone that is registered here, by its own address`() {
        let other = office.desk("103")
        caller.calls("102")
        callee.forwards(to: "<sip:103@\(other.phone.endpoint)>")
        #expect(other.state == .incoming)
        office.close()
    }

    @Test(arguments: [
        "<sip:103@elsewhere.example>", "<sip:999@pbx.example>", "<tel:+4930123456>", "<sip:102@pbx.example>",
    ])
    func `anything else is refused like a busy phone`(contact: String) {
        _ = office.desk("103")
        caller.calls("102")
        callee.forwards(to: contact)
        #expect(caller.statuses == [401, 486])
        #expect(office.record?.cause == .redirectRefused)
        office.close()
    }

    @Test func `the second contact is tried when the first leads nowhere`() {
        let other = office.desk("103")
        caller.calls("102")
        callee.forwards(to: "<sip:999@pbx.example>", "<sip:103@pbx.example>")
        #expect(other.state == .incoming)
        office.close()
    }

    @Test func `phones that forward to each other do not go on forever`() {
        let other = office.desk("103")
        caller.calls("102")
        callee.forwards(to: "<sip:103@pbx.example>")
        other.forwards(to: "<sip:102@pbx.example>")
        #expect(caller.statuses.last == 486)
        #expect(callee.phone.calls.count == 1)
        office.close()
    }

    @Test func `the caller does not ring itself by way of another phone`() {
        caller.calls("102")
        callee.forwards(to: "<sip:101@pbx.example>")
        #expect(caller.statuses.last == 486)
        #expect(caller.phone.calls.count == 1)
        office.close()
    }

    @Test func `another phone of the extension rings on`() {
        let mobile = office.desk("102")
        let other = office.desk("103")
        caller.calls("102")
        mobile.rings()
        callee.forwards(to: "<sip:103@pbx.example>")
        #expect(mobile.state == .incoming)
        other.picksUp()
        #expect(mobile.state == .ended)
        #expect(caller.state == .established)
        office.close()
    }
}
