import MediaControl
import PBXBase
import PBXModel
import Simulation
import Testing

/// Phones with and without SRTP, by the setting of their extension.
@Suite struct EncryptionTests {
    private func isEncrypted(_ plan: MediaPlan?) -> Bool {
        if case .sdes = plan?.security { true } else { false }
    }

    @Test func `a caller that insists on encryption talks to a phone that has none`() throws {
        let office = Office()
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.phone.media.profile = "RTP/SAVP"
        caller.calls("102")
        // Keys are offered to everybody, in a way that nobody has to understand.
        #expect(callee.call?.remoteMedia?.profile == "RTP/AVP")
        #expect(callee.call?.remoteMedia?.hasKey == true)
        callee.picksUp()
        #expect(caller.call?.remoteMedia?.profile == "RTP/SAVP")
        #expect(isEncrypted(office.plan(of: caller)))
        #expect(office.plan(of: callee)?.security == .plain)
        caller.holds()
        #expect(isEncrypted(office.plan(of: caller)))
        office.close()
    }

    @Test func `a phone that takes the key of a plain offer is encrypted`() throws {
        let office = Office()
        let caller = office.desk("101")
        let callee = office.desk("102")
        callee.phone.media.hasKey = true
        caller.calls("102")
        callee.picksUp()
        #expect(isEncrypted(office.plan(of: callee)))
        #expect(office.plan(of: caller)?.security == .plain)
        let before = office.plan(of: callee)?.security
        callee.holds()
        callee.resumes()
        #expect(office.plan(of: callee)?.security == before)
        office.close()
    }

    @Test func `off means that nothing is offered, and who insists is refused`() {
        let office = Office { $0.encryption = .off }
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.calls("102")
        #expect(callee.call?.remoteMedia?.hasKey == false)
        caller.givesUp()
        caller.phone.media.profile = "RTP/SAVP"
        caller.calls("102")
        #expect(caller.statuses == [401, 488])
        office.close()
    }

    @Test func `required means that who cannot is refused, on either side`() {
        let office = Office { $0.encryption = .require }
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.calls("102")
        #expect(caller.statuses == [401, 488])
        #expect(callee.call == nil)
        caller.phone.media.profile = "RTP/SAVP"
        caller.calls("102")
        #expect(callee.call?.remoteMedia?.profile == "RTP/SAVP")
        callee.picksUp()
        #expect(caller.statuses == [401, 488])
        callee.phone.media.profile = "RTP/SAVP"
        caller.calls("102")
        callee.picksUp()
        #expect(caller.state == .established)
        #expect(isEncrypted(office.plan(of: caller)) && isEncrypted(office.plan(of: callee)))
        office.close()
    }
}
