#pragma once

#include "gate/arguments.h"

#include <QRegularExpression>

//! Rules are data: JSON files compiled in, and the user's own. docs/gate.md describes the fields.
namespace switchyard::gate {

//! Where the command inside a command is found.
struct WrapperSpec {
    QStringList sub; //!< only for these sub-commands; empty: always
    QStringList valueFlags;
    QStringList scriptFlags;   //!< their value is a script
    QStringList argvFlags;     //!< what follows them is a command
    int skip = 0;              //!< words before the command starts
    bool assignments = false;  //!< NAME=value words may stand before it
    bool joins = false;        //!< the words are joined to one script (ssh, watch)
    bool eachIsScript = false; //!< every word is a script (concurrently)
    bool afterDashes = false;  //!< only what follows `--`
    bool readsInput = false;   //!< more words come from the input (xargs)
    bool options = true;       //!< has options of its own
    bool longSingleDash = false;
    QStringList unlessFlags; //!< with one of them it runs nothing
    bool loose = false;      //!< too many options to know them all: the first word that is a known program counts
    QStringList unlessSub;   //!< its own sub-commands, which are no commands
};

//! A program that runs code of its own language.
struct InterpreterSpec {
    QStringList codeFlags;
    QStringList valueFlags;
    QStringList quietFlags; //!< with one of them the input is data, not code
    bool inputIsCode = false;
    int codeFrom = -1;             //!< positional words from here on are code
    bool codeOnce = false;         //!< only that one word is
    bool codeJoined = false;       //!< those words are one text
    QStringList codeSub;           //!< only after one of these sub-commands
    bool literalInputOnly = false; //!< what another program prints is data, what stands in the script is looked at
    bool fileIsCode = true;
    bool longSingleDash = false;
    QString language;
};

//! Which words name files that the program writes.
struct WritesSpec {
    enum class Positionals { None, Last, All } positionals = Positionals::None;
    QStringList flags;
    QStringList onlyWith; //!< only if one of these options is there
    QStringList prefixes; //!< "of=" of dd
    bool downloads = false;
};

struct Rule {
    QString id;
    QStringList programs;
    QList<QStringList> sub; //!< ways of sub-commands; "..." as the first word: anywhere among the first words
    QStringList anyFlag, allFlag, unlessFlag, anyArg, unlessArg, anyWord, unlessSub;
    QStringList firstWord;                 //!< what the first word after the program's name must be
    QHash<QString, QStringList> flagValue; //!< option → values that count
    int minArgs = 0;                       //!< positional words after the sub-command
    int maxArgs = 1 << 20;
    std::optional<QRegularExpression> argRegex;
    bool lastArg = false;                           //!< only the last word counts for any_arg and arg_regex
    QStringList environment, unlessValue, anyValue; //!< rules about NAME=value
    QStringList configKeys;                         //!< rules about git's settings
    QStringList languages;                          //!< rules about code
    std::optional<QRegularExpression> code;
    int scriptGroup = 0; //!< of `code`: this part is a shell script that is judged in its place
    Verdict verdict = Verdict::Confirm;
    QString category, severity, reason;
    bool floor = false;
    bool unknownOnly = false; //!< for programs that no other rule knows
    bool fromUser = false;
    QStringList match, notMatch;
};

class RuleBook
{
public:
    //! What is compiled in.
    static Result<std::shared_ptr<RuleBook>> builtIn();
    //! Adds the rules of a file. `user`: with the limits of what a user may say, examples checked.
    Result<> add(const QByteArray& json, const QString& where, bool user);
    //! The same for what a project brings along: it may ask for more, never for less.
    Result<> addOfProject(const QByteArray& json, const QString& where);

    const ProgramTable& table(const QString& program) const;
    const WrapperSpec* wrapper(const QString& program, const Arguments& arguments, QString* id) const;
    const InterpreterSpec* interpreter(const QString& program) const;
    QList<const InterpreterSpec*> interpreters(const QString& program) const;
    const WritesSpec* writes(const QString& program) const;
    QString handler(const QString& program) const;
    bool knows(const QString& program) const;
    //! It has a rule that asks whatever its words are (rm, kill), runs others, or runs code.
    bool acts(const QString& program) const;
    //! Patterns with a / are held against the whole path that was written.
    QList<const Rule*> rulesFor(const QString& program, const QString& path) const;
    const std::vector<Rule>& environmentRules() const { return m_environment; }
    const std::vector<Rule>& configRules() const { return m_config; }
    const std::vector<Rule>& codeRules() const { return m_code; }
    const QList<Rule>& all() const { return m_all; }

    //! Whether a rule about a command line matches it; `found` is the word that made it so.
    static bool matches(const Rule& rule, const Arguments& arguments, Word* found);
    //! Checks `match` and `not_match` of one rule.
    Result<> checkExamples(const Rule& rule, const QString& where) const;

private:
    template <typename T>
    using ByProgram = QHash<QString, QList<std::pair<QString, T>>>;
    template <typename T>
    static const T* look(const ByProgram<T>& map, const QString& program);
    Result<> addOne(const QJsonObject& json, const QString& where, bool user);

    QHash<QString, QList<std::shared_ptr<Rule>>> m_byProgram;
    QList<std::shared_ptr<Rule>> m_globbed; // program names with a *
    ByProgram<ProgramTable> m_tables;
    ByProgram<WrapperSpec> m_wrappers;
    ByProgram<InterpreterSpec> m_interpreters;
    ByProgram<WritesSpec> m_writes;
    ByProgram<QString> m_handlers;
    std::vector<Rule> m_environment, m_config, m_code;
    QList<Rule> m_all;
};

} // namespace switchyard::gate
