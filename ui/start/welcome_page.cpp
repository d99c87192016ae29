#include "ui/start/welcome_page.h"

#include "ui/theme/icons.h"

#include <QBoxLayout>
#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace switchyard::ui {

namespace {

//! One offer: a drawing, what it is, why one would, and the button.
class Offer : public QFrame
{
public:
    Offer(const QString& picture, const QString& title, const QString& text, const QString& button, const QString& name,
          QWidget* parent)
        : QFrame(parent), m_picture(picture), m_button(new QPushButton(button, this))
    {
        auto* const heading = new QLabel(title, this);
        auto strong = font();
        strong.setWeight(QFont::DemiBold);
        strong.setPixelSize(14);
        heading->setFont(strong);
        auto* const words = new QLabel(text, this);
        words->setWordWrap(true);
        words->setForegroundRole(QPalette::PlaceholderText);
        words->setAlignment(Qt::AlignTop | Qt::AlignLeft);
        m_button->setObjectName(name);
        auto* const column = new QVBoxLayout(this);
        column->setContentsMargins(18, 60, 18, 18);
        column->setSpacing(8);
        column->addWidget(heading);
        column->addWidget(words, 1);
        column->addWidget(m_button, 0, Qt::AlignLeft);
        setMinimumSize(220, 210);
    }
    QPushButton* button() const { return m_button; }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const auto c = colorsFor(palette());
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(c.border);
        painter.setBrush(c.raised);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
        painter.setPen(Qt::NoPen);
        painter.setBrush(c.accentFill);
        painter.drawRoundedRect(QRectF(18, 18, 32, 32), 7, 7);
        painter.drawPixmap(25, 25, iconPixmap(m_picture, 18, c.accent, devicePixelRatioF()));
    }

private:
    const QString m_picture;
    QPushButton* m_button;
};

} // namespace

WelcomePage::WelcomePage(QWidget* parent)
    : QWidget(parent), m_loading(new QLabel(tr("Reading the tasks…"), this)), m_content(new QWidget(this))
{
    setObjectName(u"welcomePage"_s);
    setAccessibleName(tr("Welcome"));
    auto* const title = new QLabel(tr("Welcome to Switchyard"), m_content);
    auto big = font();
    big.setPixelSize(24);
    big.setWeight(QFont::DemiBold);
    title->setFont(big);
    auto* const words = new QLabel(
        tr("Start a coding task, carry on with your own work, and look at the change when it is done. Nothing "
           "destructive runs without your code."),
        m_content);
    words->setWordWrap(true);
    words->setForegroundRole(QPalette::PlaceholderText);
    auto* const demo = new Offer(u"demo"_s, tr("See it work"),
                                 tr("A small repository, a real agent, real files and tests – only the model's words "
                                    "are recorded. No key and no "
                                    "network needed."),
                                 tr("&Play the demo"), u"demoButton"_s, m_content);
    demo->button()->setDefault(true);
    auto* const folder = new Offer(
        u"folder"_s, tr("Add a folder"),
        tr("Best a git repository: each task then works on a branch of its own and never touches your files."),
        tr("&Choose a folder…"), u"addFolderButton"_s, m_content);
    auto* const agent = new Offer(u"agent"_s, tr("Connect an agent"),
                                  tr("The built-in one with a key of yours, or Claude Code, Codex, Gemini CLI and any "
                                     "other that speaks the Agent "
                                     "Client Protocol."),
                                  tr("&Look at the agents…"), u"connectAgentButton"_s, m_content);
    auto* const offers = new QHBoxLayout;
    offers->setSpacing(14);
    for (auto* const offer : {demo, folder, agent})
        offers->addWidget(offer, 1);
    m_code = new QPushButton(icon(u"lock"_s), tr("Choose your confirmation code…"), m_content);
    m_code->setObjectName(u"chooseCodeButton"_s);
    connect(demo->button(), &QPushButton::clicked, this, &WelcomePage::demoWanted);
    connect(folder->button(), &QPushButton::clicked, this, &WelcomePage::folderWanted);
    connect(agent->button(), &QPushButton::clicked, this, &WelcomePage::agentsWanted);
    connect(m_code, &QPushButton::clicked, this, &WelcomePage::codeWanted);
    auto* const column = new QVBoxLayout(m_content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    column->addWidget(title);
    column->addWidget(words);
    column->addSpacing(12);
    column->addLayout(offers);
    column->addSpacing(6);
    column->addWidget(m_code, 0, Qt::AlignLeft);
    m_content->setMaximumWidth(860);
    m_loading->setAlignment(Qt::AlignCenter);
    m_loading->setForegroundRole(QPalette::PlaceholderText);
    auto* const outer = new QGridLayout(this);
    outer->setContentsMargins(36, 24, 36, 24);
    outer->setColumnStretch(0, 1);
    outer->setColumnStretch(1, 12);
    outer->setColumnStretch(2, 1);
    outer->setRowStretch(0, 1);
    outer->addWidget(m_content, 1, 1);
    outer->addWidget(m_loading, 1, 1);
    outer->setRowStretch(2, 2);
    setLoading(true);
    setCodeIsSet(true);
}

void WelcomePage::setLoading(bool loading)
{
    m_loading->setVisible(loading);
    m_content->setVisible(!loading);
}

void WelcomePage::setCodeIsSet(bool set)
{
    m_code->setVisible(!set);
}

} // namespace switchyard::ui
