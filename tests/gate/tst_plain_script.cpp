#include "gate/gate.h"

#include "gate/rules.h"
#include "gate/shell_gate.h"

#include "support/test_support.h"

#include <QRandomGenerator>

using namespace switchyard;
using namespace switchyard::gate;
using testing::await;

//! Scripts that are read without the parser: they must be judged as if it had read them.
class TestPlainScript : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const auto reader = ShellReader::find();
        if (reader.program.isEmpty())
            QSKIP("needs the package shfmt");
        const auto rules = RuleBook::builtIn();
        QVERIFY(rules);
        QVERIFY(reader.readsPlainItself);
        m_plain = makeGate(*rules, reader);
        m_parsing = makeGate(*rules, ShellReader{reader.program, std::chrono::seconds(20)});
    }

    void read_data()
    {
        QTest::addColumn<QString>("script");
        for (const auto* const script : {"true",
                                         "git status -s",
                                         "rm -rf build",
                                         "sudo rm -rf /",
                                         "env A=b rm x",
                                         "a b=c=d",
                                         "./x.sh +x",
                                         "npm run test:all",
                                         "git push origin +main",
                                         "echo do done then",
                                         "bash x.sh",
                                         "python3 -m http.server",
                                         "xargs rm",
                                         "exec rm x",
                                         "eval rm",
                                         "cd ..",
                                         "kill -9 1",
                                         "2 3",
                                         "git -c core.pager=rm log",
                                         "%1",
                                         "- --",
                                         "dd if=/dev/zero of=/dev/sda",
                                         "chmod 777 /etc",
                                         "set -e",
                                         "."})
            QTest::newRow(script) << QString::fromLatin1(script);
    }

    void read()
    {
        QFETCH(QString, script);
        const auto tree = readPlain(script);
        QVERIFY(tree);
        ShellReader reader = ShellReader::find();
        reader.readsPlainItself = false;
        reader.limit = std::chrono::seconds(20);
        const auto parsed = await(reader.read(script));
        QVERIFY(parsed);
        QCOMPARE((*tree)[u"End"], (*parsed)[u"End"]);
        compare(script);
    }

    void leftToTheParser_data()
    {
        QTest::addColumn<QString>("script");
        for (const auto* const script :
             {"",          " ",    " true",      "true ",       "a  b",     "A=b",     "A=b c",    "a+=b",
              "a[1]=2",    "if",   "then x",     "time rm x",   "! true",   "{ a",     "}",        "[[ a",
              "[ a",       "[",    "function f", "declare a=b", "export A", "let a=1", "coproc a", "a;b",
              "a&",        "a|b",  "a&&b",       "a>b",         "a<b",      "$a",      "a $b",     "`a`",
              "a\\ b",     "'a'",  "a \"b\"",    "a\nb",        "a\tb",     "a # b",   "a #",      "~",
              "ls ~",      "ls *", "ls ?",       "ls a{b,c}",   "f()",      "a\rb",    "select x", "@test a",
              "nameref a", "a^b"})
            QTest::newRow(script) << QString::fromLatin1(script);
        QTest::newRow("letters of other scripts") << u"ls \u0430"_s;
        QTest::newRow("NUL") << u"ls a"_s + QChar(0) + u"b"_s;
        QTest::newRow("wide blank") << u"ls\u00a0a"_s;
        QTest::newRow("other digits") << u"ls \u0661"_s;
        QTest::newRow("much") << u"ls "_s + QString(3000, u'a');
    }

    void leftToTheParser()
    {
        QFETCH(QString, script);
        QVERIFY(!readPlain(script));
    }

    //! Whatever it takes on is judged and explained as the parser's tree is.
    void anything()
    {
        static const QStringList words{u"if"_s,    u"do"_s,       u"in"_s,   u"esac"_s,    u"git"_s,    u"rm"_s,
                                       u"-rf"_s,   u"/"_s,        u".."_s,   u"a=b"_s,     u"sudo"_s,   u"env"_s,
                                       u"--"_s,    u"function"_s, u"push"_s, u"-f"_s,      u"export"_s, u"ssh"_s,
                                       u"x@y:z"_s, u"+x"_s,       u"%%"_s,   u"declare"_s, u"=a"_s,     u"http://a,b"_s,
                                       u"2"_s,     u"xargs"_s,    u"time"_s, u"-"_s};
        constexpr char letters[] = "ab/.-_:=@%+,01";
        QRandomGenerator random(7);
        int read = 0;
        for (int round = 0; round < 150; ++round) {
            QStringList script;
            for (int word = 0, count = 1 + random.bounded(5); word < count; ++word) {
                if (random.bounded(3) > 0) {
                    script << words[random.bounded(int(words.size()))];
                    continue;
                }
                QString made;
                for (int letter = 0, length = 1 + random.bounded(4); letter < length; ++letter)
                    made += QLatin1Char(letters[random.bounded(int(sizeof letters) - 1)]);
                script << made;
            }
            const auto text = script.join(u' ');
            if (!readPlain(text))
                continue;
            ++read;
            compare(text);
            if (QTest::currentTestFailed())
                return;
        }
        QVERIFY2(read > 50, qPrintable(QString::number(read)));
    }

private:
    void compare(const QString& script)
    {
        const auto mine = await(m_plain->explain(script, {})), theirs = await(m_parsing->explain(script, {}));
        QVERIFY2(mine == theirs, qPrintable(script));
        const auto judged = await(m_plain->judge(script, {})).toJson(),
                   as = await(m_parsing->judge(script, {})).toJson();
        QVERIFY2(judged == as, qPrintable(script));
    }
    std::shared_ptr<const Gate> m_plain, m_parsing;
};

QTEST_GUILESS_MAIN(TestPlainScript)
#include "tst_plain_script.moc"
