/// Somebody who can be looked up: an extension, a group, or somebody outside.
package struct DirectoryEntry: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable {
        case `extension`
        case ringGroup = "ring group"
        /// Of the company's phone book, outside.
        case contact
    }

    package var number: String
    package var name: String
    package var kind: Kind
    package var department: String?
    package var company: String?
    package var mobile: String?
    package var email: String?

    package init(
        number: String, name: String, kind: Kind = .extension, department: String? = nil, company: String? = nil,
        mobile: String? = nil, email: String? = nil
    ) {
        self.number = number
        self.name = name
        self.kind = kind
        self.department = department
        self.company = company
        self.mobile = mobile
        self.email = email
    }

    /// Where somebody belongs, in a word for lists.
    package var place: String { company ?? department ?? "" }
}

extension Directory {
    /// Everybody: those of the house by number, then those outside by name.
    package var entries: [DirectoryEntry] {
        let people = extensions.values.map { entry in
            DirectoryEntry(
                number: entry.number, name: entry.displayName, department: entry.department, mobile: entry.mobile,
                email: entry.email)
        }
        let groups = ringGroups.values.map { DirectoryEntry(number: $0.number, name: $0.displayName, kind: .ringGroup) }
        let outside = contacts.values.map { contact in
            DirectoryEntry(
                number: contact.number, name: contact.name, kind: .contact, department: contact.department,
                company: contact.company, email: contact.email)
        }
        return (people + groups).sorted { $0.number < $1.number }
            + outside.sorted { ($0.name, $0.number) < ($1.name, $1.number) }
    }
}
