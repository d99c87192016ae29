#pragma once

#include "gate/syntax.h"

#include <QHash>

namespace switchyard::gate {

//! `*` and `?` as in file names; nothing else is special.
bool globMatches(QStringView pattern, QStringView text);
bool anyGlobMatches(const QStringList& patterns, QStringView text);

//! How one program's command line is to be read (rules of kind "table").
struct ProgramTable {
    QStringList valueFlags;                    //!< options whose value may be the next word
    QHash<QString, QStringList> subValueFlags; //!< more of them, by first sub-command
    bool longSingleDash = false;               //!< -auto-approve is one option, not twelve
    bool exact = false;                        //!< does not take beginnings of long options
    bool known = false;                        //!< no sub-commands: a verb among its words means nothing
    QStringList subCommands;                   //!< all it has, if others must not be trusted
};

//! A command line split into options and the rest.
class Arguments
{
public:
    struct Flag {
        QString name; //!< "--force", or one letter of a bundle: "-f"
        std::optional<Word> value;
        qsizetype index; //!< in argv
    };

    static Arguments read(const QList<Word>& argv, const ProgramTable& table);

    const QString& program() const { return m_program; }
    const QList<Flag>& flags() const { return m_flags; }
    //! The first word after the program's name, whatever it is.
    QString firstWord() const { return m_argv.size() > 1 ? m_argv[1].text : QString(); }
    const QList<Word>& positionals() const { return m_positionals; }
    const QList<qsizetype>& positionalIndexes() const { return m_positionalIndexes; }
    qsizetype wordCount() const { return m_argv.size(); }
    bool hasTerminator() const { return m_terminator; }
    //! Index of the first word that may turn into others when it runs, options included; the end if there is none.
    qsizetype firstSplitting() const { return m_firstSplitting; }
    //! Letters in bundles, --flag=value and, for long options, unique beginnings of it.
    const Flag* find(const QString& pattern, bool beginnings) const;
    //! An option that makes a call harmless (a dry run, a list) and surely is one: whole or in a short bundle, not the
    //! value of another option, not switched off (`--dry-run=none`), and before any word that may turn into others.
    bool lowers(const QString& pattern) const;
    QList<Word> values(const QStringList& flags) const;
    //! The same for options that the program's table does not tell to take a value: `-o FILE`, `-oFILE`, `--out=FILE`.
    QList<Word> valuesByLook(const QStringList& flags) const;
    //! The word as a whole stands somewhere in the command line ("--", "+main").
    bool hasWord(const QString& pattern) const;

private:
    QString m_program;
    QList<Word> m_argv;
    QList<Flag> m_flags;
    QList<Word> m_positionals;
    QList<qsizetype> m_positionalIndexes;
    bool m_terminator = false;
    qsizetype m_firstSplitting = 0;
    bool m_exact = false;
};

//! The name a program is known by: "/usr/bin/../bin/rm" is "rm".
QString baseName(QStringView program);

} // namespace switchyard::gate
