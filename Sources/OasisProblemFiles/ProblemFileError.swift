/// Why a file was refused or could not be written: which file, which element, and the rule.
public struct ProblemFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// File name inside the directory, such as `campaign.npy`; the directory's own path when it is at fault.
    public var file: String
    /// The first element at fault, counted from 0; nil when the file as a whole is.
    public var index: Int?
    /// What must hold and what was found, as half a sentence.
    public var rule: String

    /// Names the file, the element and the rule.
    public init(_ file: String, _ index: Int? = nil, _ rule: String) {
        self.file = file
        self.index = index
        self.rule = rule
    }

    /// One sentence for people.
    public var description: String {
        index.map { "\(file)[\($0)] \(rule)" } ?? "\(file) \(rule)"
    }
}
