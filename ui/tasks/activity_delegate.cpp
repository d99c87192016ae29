#include "ui/tasks/activity_delegate.h"

#include "ui/tasks/task_face.h"
#include "ui/theme/code_highlight.h"
#include "ui/theme/icons.h"

#include <QAbstractTextDocumentLayout>
#include <QCache>
#include <QFontDatabase>
#include <QPainter>
#include <QTextBlock>

namespace switchyard::ui {

namespace {

using Kind = ActivityItem::Kind;
using State = ActivityItem::State;

constexpr int lineHeight = 26, left = 12, gutter = 24, right = 14, widest = 860, maxShownLines = 40;

QFont monospace(const QFont& like)
{
    auto font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPixelSize(std::max(10, QFontInfo(like).pixelSize() - 1));
    return font;
}

bool isHeading(const ActivityItem& item)
{
    return item.kind == Kind::Phase || item.kind == Kind::Attempt || item.kind == Kind::Ended;
}

int firstLineHeight(const ActivityItem& item)
{
    return !isHeading(item) ? lineHeight : item.kind == Kind::Phase ? 30 : 34;
}

bool isText(const ActivityItem& item)
{
    return item.kind == Kind::Message || item.kind == Kind::Guidance || item.kind == Kind::Question;
}

QString iconOf(const ActivityItem& item)
{
    switch (item.kind) {
    case Kind::Command:
        return item.state == State::Waiting ? u"warning"_s : u"command"_s;
    case Kind::Thought:
        return u"thought"_s;
    case Kind::Plan:
        return u"plan"_s;
    case Kind::File:
        return u"edit"_s;
    case Kind::Guidance:
        return u"person"_s;
    case Kind::Question:
        return u"question"_s;
    case Kind::Git:
        return item.toolKind;
    case Kind::Attempt:
        return u"retry"_s;
    case Kind::Notice:
        return item.toolKind == u"error" || item.toolKind == u"warning" ? u"warning"_s
               : item.toolKind == u"agent"                              ? u"agent"_s
                                                                        : u"info"_s;
    case Kind::Tool: {
        static const QHash<QString, QString> icons{{u"read"_s, u"read"_s},      {u"edit"_s, u"edit"_s},
                                                   {u"delete"_s, u"discard"_s}, {u"move"_s, u"file"_s},
                                                   {u"search"_s, u"search"_s},  {u"execute"_s, u"command"_s},
                                                   {u"think"_s, u"thought"_s},  {u"fetch"_s, u"folder"_s}};
        return icons.value(item.toolKind, u"settings"_s);
    }
    case Kind::Message:
        return u"agent"_s;
    case Kind::Phase:
    case Kind::Ended:
        break;
    }
    return {};
}

Tone toneOf(const ActivityItem& item)
{
    switch (item.state) {
    case State::Failed:
    case State::Denied:
        return Tone::Failed;
    case State::Waiting:
        return Tone::NeedsYou;
    case State::Running:
        return Tone::Accent;
    case State::Ok:
        return item.kind == Kind::Ended || item.toolKind == u"merge" ? Tone::Done : Tone::Muted;
    case State::None:
        break;
    }
    return item.toolKind == u"warning" && item.kind == Kind::Notice ? Tone::NeedsYou : Tone::Muted;
}

QString shortBody(const QString& text)
{
    const auto lines = text.split(u'\n');
    if (lines.size() <= maxShownLines)
        return text;
    return ActivityModel::tr("… %n line(s) above, all of them in Output", nullptr, int(lines.size()) - maxShownLines) +
           u'\n' + lines.last(maxShownLines).join(u'\n');
}

} // namespace

struct ActivityDelegate::Cache {
    struct Height {
        int revision = -1, width = 0, height = 0;
    };
    struct Document {
        QTextDocument text;
        int revision = -1, width = 0;
        QRgb color = 0;
    };
    std::vector<Height> heights;
    QCache<int, Document> documents{200};
};

ActivityDelegate::ActivityDelegate(QObject* parent) : QStyledItemDelegate(parent), m_cache(std::make_unique<Cache>()) {}
ActivityDelegate::~ActivityDelegate() = default;

void ActivityDelegate::forget()
{
    m_cache->heights.clear();
    m_cache->documents.clear();
}

void ActivityDelegate::setWidth(int width)
{
    m_width = std::max(160, width);
}

QTextDocument* ActivityDelegate::document(const ActivityItem& item, int row, const QStyleOptionViewItem& option) const
{
    auto* cached = m_cache->documents.object(row);
    const int width = std::min(widest, m_width - left - gutter - right);
    const auto c = colorsFor(option.palette);
    if (cached && cached->revision == item.revision && cached->width == width && cached->color == c.text.rgb())
        return &cached->text;
    cached = new Cache::Document;
    cached->revision = item.revision;
    cached->width = width;
    cached->color = c.text.rgb();
    auto& text = cached->text;
    text.setDocumentMargin(0);
    text.setUndoRedoEnabled(false);
    if (isText(item)) {
        text.setDefaultFont(option.font);
        text.setMarkdown(item.kind == Kind::Question ? item.title : item.body, QTextDocument::MarkdownNoHTML);
        highlightCodeBlocks(text, c.dark);
    } else if (item.kind == Kind::Thought || item.kind == Kind::Notice || item.kind == Kind::Ended) {
        text.setDefaultFont(option.font);
        text.setPlainText(item.body.trimmed());
    } else {
        text.setDefaultFont(item.kind == Kind::Plan ? option.font : monospace(option.font));
        text.setPlainText(shortBody(item.body.trimmed()));
    }
    text.setTextWidth(width);
    m_cache->documents.insert(row, cached);
    return &cached->text;
}

QSize ActivityDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const int row = index.row();
    const auto& item = static_cast<const ActivityModel*>(index.model())->item(row);
    const bool simple = !isText(item) && !(item.unfolded && !item.body.isEmpty());
    if (simple)
        return {m_width, firstLineHeight(item)};
    auto& heights = m_cache->heights;
    if (row >= int(heights.size()))
        heights.resize(size_t(row) + 64);
    auto& known = heights.at(size_t(row));
    if (known.revision != item.revision || known.width != m_width) {
        QStyleOptionViewItem filled = option;
        const int body = int(std::ceil(document(item, row, filled)->size().height()));
        known = {item.revision, m_width, isText(item) ? body + 14 : firstLineHeight(item) + body + 12};
    }
    return {m_width, known.height};
}

void ActivityDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto& item = static_cast<const ActivityModel*>(index.model())->item(index.row());
    const auto c = colorsFor(option.palette);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const auto card = QRectF(option.rect).adjusted(4, 1, -4, -1);
    if (item.state == State::Waiting || option.state.testFlag(QStyle::State_Selected)) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(option.state.testFlag(QStyle::State_Selected) ? c.selection : c.needsYouFill);
        painter->drawRoundedRect(card, 4, 4);
    } else if (item.kind == Kind::Guidance) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(c.accentFill);
        painter->drawRoundedRect(card, 4, 4);
    }
    if (isText(item))
        paintText(painter, option, item, index.row());
    else if (isHeading(item))
        paintHeading(painter, option, item, index.row());
    else
        paintRow(painter, option, item, index.row());
    if (option.state.testFlag(QStyle::State_HasFocus) && option.state.testFlag(QStyle::State_KeyboardFocusChange)) {
        painter->setPen(QPen(c.accent, 1.2));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(card.adjusted(1, 0, -1, 0), 4, 4);
    }
    painter->restore();
}

void ActivityDelegate::paintText(QPainter* painter, const QStyleOptionViewItem& option, const ActivityItem& item,
                                 int row) const
{
    const auto c = colorsFor(option.palette);
    const auto tone = item.kind == Kind::Message ? c.muted : item.state == State::Waiting ? c.needsYou : c.accent;
    painter->drawPixmap(option.rect.left() + left, option.rect.top() + 8,
                        iconPixmap(iconOf(item), 15, tone, painter->device()->devicePixelRatioF()));
    auto* const text = document(item, row, option);
    painter->translate(option.rect.left() + left + gutter, option.rect.top() + 7);
    QAbstractTextDocumentLayout::PaintContext context;
    context.palette = option.palette;
    context.palette.setColor(QPalette::Text, c.text);
    // Code blocks get a quiet ground of their own.
    for (auto block = text->begin(); block.isValid(); block = block.next()) {
        if (block.blockFormat().hasProperty(QTextFormat::BlockCodeFence)) {
            const auto rect = text->documentLayout()->blockBoundingRect(block);
            painter->fillRect(QRectF(0, rect.top(), text->textWidth(), rect.height()), c.hover);
        }
    }
    text->documentLayout()->draw(painter, context);
}

//! Where a phase or an attempt begins, and how the task ended.
void ActivityDelegate::paintHeading(QPainter* painter, const QStyleOptionViewItem& option, const ActivityItem& item,
                                    int row) const
{
    const auto c = colorsFor(option.palette);
    const auto tone = c.of(toneOf(item));
    const QRect line = option.rect.adjusted(left, 0, -right, 0);
    auto small = option.font;
    small.setPixelSize(11);
    small.setWeight(QFont::DemiBold);
    painter->setFont(small);
    auto text = item.title;
    if (!item.detail.isEmpty() && item.detail.compare(item.title, Qt::CaseInsensitive) != 0)
        text += u" · "_s + item.detail;
    if (item.kind == Kind::Phase)
        text[0] = text.at(0).toUpper();
    const int y = line.top() + firstLineHeight(item) / 2 + 2;
    int x = line.left();
    if (item.kind == Kind::Ended) {
        const auto shape = item.state == State::Ok       ? Shape::Done
                           : item.state == State::Denied ? Shape::Cancelled
                                                         : Shape::Failed;
        paintShape(*painter, QRectF(x, y - 8, 15, 15), shape, tone);
        x += gutter;
    }
    painter->setPen(item.kind == Kind::Ended ? tone : c.muted);
    text = painter->fontMetrics().elidedText(text, Qt::ElideRight, line.right() - x);
    painter->drawText(QRect(x, y - 10, line.right() - x, 20), Qt::AlignVCenter, text);
    x += painter->fontMetrics().horizontalAdvance(text) + 10;
    painter->setPen(QPen(c.border, 1));
    if (x < line.right())
        painter->drawLine(x, y, line.right(), y);
    paintBody(painter, option, item, row, line.top() + firstLineHeight(item));
}

void ActivityDelegate::paintBody(QPainter* painter, const QStyleOptionViewItem& option, const ActivityItem& item,
                                 int row, int top) const
{
    if (!item.unfolded || item.body.isEmpty())
        return;
    const auto c = colorsFor(option.palette);
    auto* const text = document(item, row, option);
    const QRect line = option.rect.adjusted(left, 0, -right, 0);
    const QRect body(line.left() + gutter - 6, top, line.width() - gutter + 6, int(text->size().height()) + 8);
    painter->setPen(Qt::NoPen);
    painter->setBrush(c.hover);
    painter->drawRoundedRect(body, 4, 4);
    painter->setClipRect(body);
    painter->translate(body.left() + 6, body.top() + 4);
    QAbstractTextDocumentLayout::PaintContext context;
    context.palette = option.palette;
    context.palette.setColor(QPalette::Text, item.kind == Kind::Thought ? c.muted : c.text);
    text->documentLayout()->draw(painter, context);
}

void ActivityDelegate::paintRow(QPainter* painter, const QStyleOptionViewItem& option, const ActivityItem& item,
                                int row) const
{
    const auto c = colorsFor(option.palette);
    const auto ratio = painter->device()->devicePixelRatioF();
    const auto tone = c.of(toneOf(item));
    const QRect line = option.rect.adjusted(left, 0, -right, 0);
    auto small = option.font;
    small.setPixelSize(11);
    const QRect first(line.left(), line.top(), line.width(), lineHeight);
    painter->drawPixmap(first.left(), first.center().y() - 7, iconPixmap(iconOf(item), 15, tone, ratio));
    int end = first.right();
    painter->setFont(small);
    const auto put = [&](const QString& text, const QColor& color) {
        if (text.isEmpty())
            return;
        const int width = painter->fontMetrics().horizontalAdvance(text);
        painter->setPen(color);
        painter->drawText(QRect(end - width, first.top(), width + 1, first.height()), Qt::AlignVCenter, text);
        end -= width + 10;
    };
    const bool foldable = item.canUnfold();
    if (foldable) {
        painter->drawPixmap(end - 11, first.center().y() - 5,
                            iconPixmap(item.unfolded ? u"chevron-down"_s : u"chevron-right"_s, 11, c.muted, ratio));
    }
    end -= 20;
    if (item.duration.count() >= 100)
        put(TaskText::span(item.duration), c.muted);
    if (item.removed > 0)
        put(u"−"_s + QString::number(item.removed), c.failed);
    if (item.added > 0)
        put(u"+"_s + QString::number(item.added), c.done);
    if (item.times > 1)
        put(u"×"_s + QString::number(item.times), c.muted);
    const bool said = item.state == State::Failed || item.state == State::Denied || item.state == State::Waiting;
    const auto detail = painter->fontMetrics().elidedText(item.detail, Qt::ElideRight, first.width() / 2);
    put(detail, said ? tone : item.state == State::Ok && item.kind == Kind::Command ? c.done : c.muted);
    if (item.kind == Kind::Command || item.kind == Kind::Tool) {
        const QRectF sign(end - 13, first.center().y() - 6, 13, 13);
        if (item.state == State::Ok && item.kind == Kind::Command)
            paintShape(*painter, sign, Shape::Done, c.done);
        else if (item.state == State::Failed)
            paintShape(*painter, sign, Shape::Failed, c.failed);
        else if (item.state == State::Denied)
            paintShape(*painter, sign, Shape::Cancelled, c.failed);
        else if (item.state == State::Running)
            paintShape(*painter, sign, Shape::Running, c.accent);
        end -= 19;
    }
    const bool code =
        item.kind == Kind::Command || item.kind == Kind::File || (item.kind == Kind::Tool && item.toolKind == u"edit");
    auto title = item.title;
    auto font = option.font;
    if (item.kind == Kind::Thought) {
        title = ActivityModel::tr("Thought: %1").arg(item.body.trimmed().section(u'\n', 0, 0));
        font.setItalic(true);
    } else if (code) {
        font = monospace(option.font);
    }
    painter->setFont(font);
    const bool quiet = item.kind == Kind::Thought || item.kind == Kind::Git || item.kind == Kind::Notice;
    painter->setPen(item.state == State::Waiting || (item.kind == Kind::Notice && item.state == State::Failed) ? tone
                    : quiet                                                                                    ? c.muted
                            : c.text);
    const QRect room(first.left() + gutter, first.top(), end - first.left() - gutter - 4, first.height());
    painter->drawText(room, Qt::AlignVCenter | Qt::TextSingleLine,
                      painter->fontMetrics().elidedText(title, Qt::ElideRight, room.width()));

    paintBody(painter, option, item, row, first.bottom() + 1);
}

} // namespace switchyard::ui
